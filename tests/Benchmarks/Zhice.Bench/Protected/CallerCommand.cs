using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Zhice.Bench.Cold;
using Zhice.Bench.Running;
using Zhice.V1;

namespace Zhice.Bench.Protected;

/// <summary>A well-behaved caller in a process of its own: recommendations at a rate, each with a deadline of 2 s.</summary>
internal static class CallerCommand
{
    public const string Name = "protected-caller";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var rate = new Option<int>("--rate") { DefaultValueFactory = _ => 200 };
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 10 };
        var command = new Command(Name, "A part of protected.") { rate, seconds };
        command.Hidden = true;
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds))));
        return command;
    }

    private static async Task RunAsync(int rate, TimeSpan length)
    {
        using var channel = GrpcChannel.ForAddress(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ColdSilo.GrpcPort}"));
        var recommendations = new RecommendationService.RecommendationServiceClient(channel);
        var failed = 0;
        for (var warm = 0; warm < 20; warm++)
        {
            await recommendations.RecommendAsync(RequestOf(warm));
        }

        var latencies = await OpenLoop.RunAsync(rate, length, async n =>
        {
            try
            {
                await recommendations.RecommendAsync(RequestOf(n), deadline: DateTime.UtcNow + Patience);
            }
            catch (RpcException)
            {
                Interlocked.Increment(ref failed);
            }
        });
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{latencies.Count} {failed} {latencies.At(0.5):0.0} {latencies.At(0.99):0.0} {latencies.At(1):0.0}"));
    }

    private static RecommendRequest RequestOf(int n) => new() { CustomerId = SampleCustomers.IdOf(n * 7919), PlacementId = "app_home" };
}

/// <summary>The sample bank's customers.</summary>
internal static class SampleCustomers
{
    public const int Count = 41_188;

    public static string IdOf(int n) => string.Create(CultureInfo.InvariantCulture, $"bm-{(uint)n % Count + 1:D6}");
}
