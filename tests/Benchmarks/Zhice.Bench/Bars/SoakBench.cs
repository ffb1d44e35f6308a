using System.Globalization;
using Zhice.Bench.Load;

namespace Zhice.Bench.Bars;

/// <summary>
/// An hour at 70 % of the maximum: how much the silo's memory grows once it is warm, how late answers are, and how long the collector stops it.
/// </summary>
internal static class SoakBench
{
    private const double LoadShare = 0.7;
    private const double MaxGrowthPercent = 1;
    private const double MaxPauseMs = 20;
    private const int Parts = 12;

    public static async Task RunAsync(BarSizes sizes, BarReport report)
    {
        await using var silo = await CaseSilo.StartAsync(sizes);
        var requests = PeersBench.RequestsOf(sizes.PickIds());
        await PeersBench.WarmAsync("Zhice", CaseSilo.Port, requests);
        var plan = new LoadPlan(new(CaseSilo.Port), requests, sizes.Length);
        var rate = (await LoadRun.RunAsync(plan)).PerSecond * LoadShare;
        var length = sizes.Soak / Parts;
        using var pauses = CollectionPauses.Of(silo.ProcessId);
        var (resident, late) = (new List<double>(), new List<double>());
        for (var part = 0; part < Parts; part++)
        {
            var result = await LoadRun.RunAsync(plan with { PerSecond = rate, Length = length, Streams = 64 });
            resident.Add(silo.ResidentBytes / (double)(1 << 20));
            late.Add(result.P999Ms);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  part {part + 1} of {Parts}: {resident[^1]:N0} MiB; p99.9 {late[^1]:0.0} ms; ")
                + $"{result.Failed + result.Refused + result.Unsent} without an answer");
        }

        // The first quarter fills what has a fixed size, such as the decisions that are remembered of each customer.
        var warm = resident.Skip(Parts / 4).ToArray();
        report.Add(new("soak", "resident memory of the silo", "MiB", warm) { Side = BarSide.AtMost });
        report.Add(new("soak", "growth of memory after the first quarter", "%", Math.Max(0, 100 * ((warm[^1] / warm[0]) - 1)))
        {
            Bar = MaxGrowthPercent, Side = BarSide.AtMost,
        });
        report.Add(new("soak", "p99.9 of each twelfth", "ms", late) { Side = BarSide.AtMost });
        var (oldest, all) = (pauses.Get(ofOldest: true), pauses.Get(ofOldest: false));
        report.Add(new("soak", "pauses for the oldest generation, p99.9", "ms", oldest.P999Ms) { Bar = MaxPauseMs, Side = BarSide.AtMost });
        report.Add(new("soak", "pauses for all generations, p99.9", "ms", all.P999Ms) { Side = BarSide.AtMost });
        report.AddNote("Pauses of the collector", string.Create(
            CultureInfo.InvariantCulture, $"{all.Count} in all, {oldest.Count} of them for the oldest generation"));
    }
}
