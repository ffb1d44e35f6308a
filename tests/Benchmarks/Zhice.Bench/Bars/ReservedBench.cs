using Zhice.Bench.Load;
using Zhice.Case;

namespace Zhice.Bench.Bars;

/// <summary>Recommend with a reservation of each offer, which is committed to PostgreSQL before the answer.</summary>
internal static class ReservedBench
{
    private const double BarPerSecond = 15_000;
    private const double BarP99Ms = 25;
    private const int Connections = 16;
    private const int StreamsOfBar = 32;

    // On each of the connections; fewer calls at once wait less, and share a commit with fewer.
    private static readonly int[] Streams = [8, 16, StreamsOfBar];

    public static async Task RunAsync(BarSizes sizes, BarReport report)
    {
        await using var silo = await CaseSilo.StartAsync(sizes);
        var requests = PeersBench.RequestsOf(sizes.PickIds());
        var plan = new LoadPlan(new(CaseSilo.Port), requests, sizes.Length);
        await LoadRun.RunAsync(plan with { OnceEach = true });
        await CaseSilo.ApplyAsync(CaseCatalog.Define(CaseCatalog.Candidates, reserves: true));
        await LoadRun.RunAsync(plan with { Streams = StreamsOfBar });
        var rounds = Streams.ToDictionary(static streams => streams, static _ => new List<LoadResult>());
        for (var round = 0; round < sizes.Rounds; round++)
        {
            foreach (var streams in Streams)
            {
                rounds[streams].Add(await LoadRun.RunAsync(plan with { Streams = streams }));
            }
        }

        foreach (var streams in Streams)
        {
            var (rates, p99s) = (rounds[streams].Select(static result => result.PerSecond), rounds[streams].Select(static result => result.P99Ms));
            var (isOfBar, atOnce) = (streams == StreamsOfBar, streams * Connections);
            report.Add(new("reserved", $"committed before the answer, {atOnce} at once", "/s", [.. rates]) { Bar = isOfBar ? BarPerSecond : null });
            report.Add(new("reserved", $"the same, {atOnce} at once, p99", "ms", [.. p99s])
            {
                Bar = isOfBar ? BarP99Ms : null, Side = BarSide.AtMost,
            });
        }

        var failed = rounds.Values.SelectMany(static each => each).Sum(static result => result.Failed + result.Refused);
        if (failed > 0)
        {
            report.AddNote("reserved", $"{failed} calls failed or were refused.");
        }
    }
}
