using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Zhice.Case;
using Zhice.V1;

namespace Zhice.Peers;

/// <summary>How a peer keeps its customers, and decides on one.</summary>
internal interface IPeer
{
    /// <summary>Decides for a customer.</summary>
    ValueTask<RecommendResponse> RecommendAsync(RecommendRequest request);
}

/// <summary>The gRPC service before a peer: the same at each.</summary>
internal static class PeerHost
{
    public static async Task RunAsync(IConfiguration settings, IPeer peer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(peer);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, settings.GetValue<int>("Port"), static listen => listen.Protocols = HttpProtocols.Http2));
        await using var app = builder.Build();
        app.MapGrpcService<PeerService>();
        await app.StartAsync();
        Console.WriteLine("The peer is ready");
        await app.WaitForShutdownAsync();
    }
}

internal sealed class PeerService(IPeer peer) : RecommendationService.RecommendationServiceBase
{
    public override async Task<RecommendResponse> Recommend(RecommendRequest request, ServerCallContext context) =>
        request.PlacementId == CaseCatalog.Placement
            ? await peer.RecommendAsync(request)
            : throw new RpcException(new(StatusCode.NotFound, $"placement_id: there is '{CaseCatalog.Placement}' alone"));
}
