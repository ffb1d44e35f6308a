using System.CommandLine;
using System.Text.Json;

namespace Zhice.Bench.Load;

/// <summary>Calls Recommend of any server, in a closed or an open loop, and prints what became of the calls as JSON.</summary>
internal static class LoadCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "The server's port on 127.0.0.1; gRPC.", Required = true };
        var file = new Option<string?>("--file") { Description = "The mix: a RecommendRequest as JSON in each line." };
        var ids = new Option<string[]>("--id")
        {
            Description = "Customers, when there is no file.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [],
        };
        var placement = new Option<string>("--placement")
        {
            Description = "The placement, when there is no file.", DefaultValueFactory = _ => "home",
        };
        var rate = new Option<double>("--rate")
        {
            Description = "Calls a second (open loop); 0: as fast as answers come.", DefaultValueFactory = _ => 0,
        };
        var seconds = new Option<double>("--seconds") { Description = "For how long is measured.", DefaultValueFactory = _ => 5 };
        var warming = new Option<double>("--warm") { Description = "Seconds of calls before that.", DefaultValueFactory = _ => 1 };
        var lanes = new Option<int>("--lanes") { Description = "Threads.", DefaultValueFactory = _ => 2 };
        var connections = new Option<int>("--connections") { Description = "Connections of a thread.", DefaultValueFactory = _ => 8 };
        var streams = new Option<int>("--streams") { Description = "Calls at once on a connection.", DefaultValueFactory = _ => 8 };
        var header = new Option<bool>("--customer-header") { Description = "Send x-customer-id, which a balancer needs." };
        var tls = new Option<bool>("--tls") { Description = "Speak TLS; the server's certificate may be anyone's." };
        var token = new Option<string>("--token") { Description = "The file of a token that each call has.", DefaultValueFactory = _ => "" };
        var command = new Command(
            "load", "Calls Recommend of a server, and prints rates and times as JSON. Times count from when a call was due.")
        {
            port, file, ids, placement, rate, seconds, warming, lanes, connections, streams, header, tls, token,
        };
        command.SetAction(async (parsed, _) =>
        {
            var requests = parsed.GetValue(file) is { } mix
                ? RequestSource.FromFile(mix)
                : RequestSource.Of(parsed.GetValue(ids)!, request => request.PlacementId = parsed.GetValue(placement)!);
            var method = new LoadMethod(
                parsed.GetValue(port), parsed.GetValue(header), parsed.GetValue(tls), Read(parsed.GetValue(token)!));
            var plan = new LoadPlan(method, requests, TimeSpan.FromSeconds(parsed.GetValue(seconds)))
            {
                PerSecond = parsed.GetValue(rate), Warming = TimeSpan.FromSeconds(parsed.GetValue(warming)), Lanes = parsed.GetValue(lanes),
                Connections = parsed.GetValue(connections), Streams = parsed.GetValue(streams),
            };
            Console.WriteLine(JsonSerializer.Serialize(await LoadRun.RunAsync(plan), Indented));
        });
        return command;
    }

    private static string Read(string file) => file.Length == 0 ? "" : File.ReadAllText(file).Trim();
}
