using System.Globalization;
using Zhice.Bench.Load;

namespace Zhice.Bench.Bars;

/// <summary>The first 10 seconds of a silo that has just been started, beside the same load once it is warm.</summary>
internal static class StartBench
{
    // So few that customers who are not in memory yet can be read from PostgreSQL as they come.
    private const double PerSecond = 2_000;

    // Each begins with a start.
    private const int MaxRounds = 3;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(BarSizes sizes, BarReport report)
    {
        await using var silo = await CaseSilo.StartAsync(sizes);
        var requests = PeersBench.RequestsOf(sizes.PickIds());
        var plan = new LoadPlan(new(CaseSilo.Port), requests, First) { PerSecond = PerSecond, Warming = TimeSpan.Zero, Streams = 64 };
        var (firsts, ratios) = (new List<double>(), new List<double>());
        for (var round = 0; round < Math.Min(sizes.Rounds, MaxRounds); round++)
        {
            await silo.RestartAsync();
            var first = await LoadRun.RunAsync(plan);
            await LoadRun.RunAsync(plan with { OnceEach = true, PerSecond = 0 });
            await LoadRun.RunAsync(plan with { PerSecond = 0, Length = sizes.Length });
            var steady = await LoadRun.RunAsync(plan with { Warming = TimeSpan.FromSeconds(1) });
            firsts.Add(first.P99Ms);
            ratios.Add(first.P99Ms / steady.P99Ms);
            report.AddNote(
                $"The first seconds after start {round + 1}: p99 of each, ms",
                string.Join(' ', first.P99MsBySecond.Select(static ms => ms.ToString("0.0", CultureInfo.InvariantCulture)))
                + string.Create(CultureInfo.InvariantCulture, $"; steady {steady.P99Ms:0.0}"));
        }

        report.Add(new("start", $"p99 of the first 10 s at {PerSecond:N0} a second", "ms", firsts) { Side = BarSide.AtMost });
        report.Add(new("start", "p99 of the first 10 s over the steady one", "", ratios) { Bar = 3, Side = BarSide.AtMost });
    }
}
