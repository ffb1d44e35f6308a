using Zhice.Bench.Load;
using Zhice.Case;
using Zhice.V1;

namespace Zhice.Bench.Bars;

/// <summary>Recommend of one silo under loads of different shapes: each figure beside that of the plain load in the same run.</summary>
internal sealed class ShapesBench(BarSizes sizes, BarReport report)
{
    private const string Bench = "shapes";
    private const double HotShare = 0.1;
    private const double BurstFactor = 5;

    // As in the contract: a text of a call has at most 256 bytes.
    private const int NoteBytes = 256;

    private readonly string[] _ids = sizes.PickIds();

    public static async Task RunAsync(BarSizes sizes, BarReport report)
    {
        await using var silo = await CaseSilo.StartAsync(sizes);
        var bench = new ShapesBench(sizes, report);
        var plain = PeersBench.RequestsOf(bench._ids);
        await PeersBench.WarmAsync("Zhice", CaseSilo.Port, plain);
        var most = await bench.CurveAsync(plain);
        await bench.OpenAsync(plain, most);
        await bench.HotAsync(plain);
        await bench.ContextsAsync();
        await bench.CandidatesAsync(plain);
    }

    private LoadPlan Plan(RequestSource requests) => new(new(CaseSilo.Port), requests, sizes.Length);

    // The rate by the number of calls at once, and its law.
    private async Task<double> CurveAsync(RequestSource requests)
    {
        var points = new List<(int AtOnce, double PerSecond)>();
        foreach (var atOnce in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
        {
            var lanes = Math.Min(2, atOnce);
            var connections = Math.Min(8, atOnce / lanes);
            var rates = new List<double>();
            for (var round = 0; round < sizes.Rounds; round++)
            {
                rates.Add((await LoadRun.RunAsync(Plan(requests) with
                {
                    Lanes = lanes, Connections = connections, Streams = atOnce / lanes / connections,
                })).PerSecond);
            }

            report.Add(new(Bench, $"{atOnce} calls at once", "/s", rates));
            points.Add((atOnce, report.Figures[^1].Spread.Median));
        }

        report.AddNote("Rate by calls at once, and the Universal Scalability Law", ScalingFit.Of(points).ToText(points));
        return points.Max(static point => point.PerSecond);
    }

    private async Task OpenAsync(RequestSource requests, double most)
    {
        await TimesAsync("open loop at half of the maximum", Plan(requests) with { PerSecond = most / 2 });
        await TimesAsync("open loop, bursts of 5x up to the maximum", Plan(requests) with
        {
            PerSecond = most / BurstFactor, BurstFactor = BurstFactor,
        });
    }

    private async Task TimesAsync(string name, LoadPlan plan)
    {
        var rounds = new List<LoadResult>();
        for (var round = 0; round < sizes.Rounds; round++)
        {
            rounds.Add(await LoadRun.RunAsync(plan with { Streams = 64 }));
        }

        AddTimes("p50", static result => result.P50Ms);
        AddTimes("p99", static result => result.P99Ms);
        AddTimes("p99.9", static result => result.P999Ms);

        void AddTimes(string share, Func<LoadResult, double> time) =>
            report.Add(new(Bench, $"{name}, {share}", "ms", [.. rounds.Select(time)]) { Side = BarSide.AtMost });
    }

    private async Task HotAsync(RequestSource plain)
    {
        var hot = RequestSource.Of(_ids, static request => request.PlacementId = CaseCatalog.Placement, HotShare);
        await RatioAsync("one customer takes 10 %, over the plain load", Plan(hot), Plan(plain));
    }

    private async Task ContextsAsync()
    {
        await CaseSilo.ApplyAsync(CaseCatalog.Define(CaseCatalog.Candidates, takesContext: true));
        var plain = PeersBench.RequestsOf(_ids);
        foreach (var kilobytes in (int[])[1, 4, 7, 64])
        {
            var requests = RequestSource.Of(_ids, request => AddContext(request, kilobytes << 10));
            var result = await LoadRun.RunAsync(Plan(requests));
            if (result.Answered > 0)
            {
                await RatioAsync($"contexts of {kilobytes} KiB, over the plain load", Plan(requests), Plan(plain));
            }
            else
            {
                report.Add(new(
                    Bench, $"contexts of {kilobytes} KiB, beyond the contract: refused", "/s", result.Failed / sizes.Length.TotalSeconds));
            }
        }
    }

    private static void AddContext(RecommendRequest request, int bytes)
    {
        request.PlacementId = CaseCatalog.Placement;
        for (var (note, left) = (1, bytes); left > 0; note++, left -= NoteBytes)
        {
            request.Context[$"note_{note}"] = new Value { StringValue = new string('x', NoteBytes - 16) };
        }
    }

    // Each number of candidates has a catalogue of its own in force.
    private async Task CandidatesAsync(RequestSource requests)
    {
        foreach (var candidates in (int[])[1, 10, CaseCatalog.Candidates, 200, 1_000])
        {
            await CaseSilo.ApplyAsync(CaseCatalog.Define(candidates));
            await LoadRun.RunAsync(Plan(requests));
            var rates = new List<double>();
            for (var round = 0; round < sizes.Rounds; round++)
            {
                rates.Add((await LoadRun.RunAsync(Plan(requests))).PerSecond);
            }

            report.Add(new(Bench, $"{candidates} candidates", "/s", rates));
        }
    }

    private async Task RatioAsync(string name, LoadPlan shape, LoadPlan plain)
    {
        var ratios = new List<double>();
        for (var round = 0; round < sizes.Rounds; round++)
        {
            var (own, other) = (await LoadRun.RunAsync(shape), await LoadRun.RunAsync(plain));
            ratios.Add(own.PerSecond / other.PerSecond);
        }

        report.Add(new(Bench, name, "", ratios));
    }
}
