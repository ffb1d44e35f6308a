using Zhice.Bench.Load;
using Zhice.Case;

namespace Zhice.Bench.Bars;

/// <summary>Recommend with a reservation of each offer, which is committed to PostgreSQL before the answer.</summary>
internal static class ReservedBench
{
    private const double BarPerSecond = 15_000;
    private const double BarP99Ms = 25;

    public static async Task RunAsync(BarSizes sizes, BarReport report)
    {
        await using var silo = await CaseSilo.StartAsync(sizes);
        var requests = PeersBench.RequestsOf(sizes.PickIds());
        var plan = new LoadPlan(new(CaseSilo.Port), requests, sizes.Length) { Streams = 32 };
        await LoadRun.RunAsync(plan with { OnceEach = true });
        await CaseSilo.ApplyAsync(CaseCatalog.Define(CaseCatalog.Candidates, reserves: true));
        await LoadRun.RunAsync(plan);
        var rounds = new List<LoadResult>();
        for (var round = 0; round < sizes.Rounds; round++)
        {
            rounds.Add(await LoadRun.RunAsync(plan));
        }

        report.Add(new("reserved", "committed before the answer, 512 at once", "/s", [.. rounds.Select(static result => result.PerSecond)])
        {
            Bar = BarPerSecond,
        });
        report.Add(new("reserved", "the same, p99", "ms", [.. rounds.Select(static result => result.P99Ms)])
        {
            Bar = BarP99Ms, Side = BarSide.AtMost,
        });
        var failed = rounds.Sum(static result => result.Failed + result.Refused);
        if (failed > 0)
        {
            report.AddNote("reserved", $"{failed} calls failed or were refused.");
        }
    }
}
