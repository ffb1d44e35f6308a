// What gRPC itself costs on this machine: answers every Recommend with the bytes that the real service gave once, so
// both move the same messages. Zhice.Echo --Like=http://127.0.0.1:7301 --Customer=ID --Placement=ID --Port=7391
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Zhice.V1;

var builder = WebApplication.CreateBuilder(args);
var setting = builder.Configuration;
using (var channel = GrpcChannel.ForAddress(setting["Like"]!))
{
    var real = new RecommendationService.RecommendationServiceClient(channel);
    var request = new RecommendRequest { CustomerId = setting["Customer"], PlacementId = setting["Placement"] };
    builder.Services.AddSingleton(await real.RecommendAsync(request));
}

builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddGrpc();
builder.WebHost.ConfigureKestrel(kestrel =>
    kestrel.Listen(IPAddress.Loopback, setting.GetValue<int>("Port"), listen => listen.Protocols = HttpProtocols.Http2));
var app = builder.Build();
app.MapGrpcService<Echo>();
await app.StartAsync();
Console.WriteLine("Zhice.Echo is ready");
await app.WaitForShutdownAsync();

internal sealed class Echo(RecommendResponse answer) : RecommendationService.RecommendationServiceBase
{
    public override Task<RecommendResponse> Recommend(RecommendRequest request, ServerCallContext context) => Task.FromResult(answer);
}
