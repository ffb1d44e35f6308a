using Zhice.Bench.Load;

namespace Zhice.Bench.Bars;

/// <summary>Recommend with all customers active beside a hundredth of them, on one silo.</summary>
internal static class ActiveBench
{
    private const int Part = 100;

    public static async Task RunAsync(BarSizes sizes, BarReport report)
    {
        var all = sizes with { Active = sizes.Customers };
        await using var silo = await CaseSilo.StartAsync(all);
        var ids = all.PickIds();
        var (many, few) = (PeersBench.RequestsOf(ids), PeersBench.RequestsOf(ids[..(ids.Length / Part)]));
        var plan = new LoadPlan(new(CaseSilo.Port), few, sizes.Length);

        // A few active ones alone, then the others come into memory: the second figure has both.
        var before = await RoundsAsync(plan, warming: few);
        var after = await RoundsAsync(plan with { Requests = many }, warming: many);
        report.Add(new("active", $"{ids.Length / Part:N0} active", "/s", before));
        report.Add(new("active", $"{ids.Length:N0} active", "/s", after));
        report.Add(new("active", $"{ids.Length:N0} active over {ids.Length / Part:N0}", "", [.. after.Zip(before, static (a, b) => a / b)])
        {
            Bar = 0.85,
        });

        async Task<List<double>> RoundsAsync(LoadPlan load, RequestSource warming)
        {
            await PeersBench.WarmAsync("Zhice", CaseSilo.Port, warming);
            var rates = new List<double>();
            for (var round = 0; round < sizes.Rounds; round++)
            {
                rates.Add((await LoadRun.RunAsync(load)).PerSecond);
            }

            return rates;
        }
    }
}
