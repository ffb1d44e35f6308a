using Zhice.Bench.Load;
using Zhice.Case;

namespace Zhice.Bench.Bars;

/// <summary>Recommend of the silo and of its peers, by turns: active customers at random, then 4 hot ones.</summary>
internal static class PeersBench
{
    private const int HotCustomers = 4;
    private const int MaxWarmParts = 10;
    private const int SteadyParts = 2;
    private const double WarmRise = 0.03;

    private static readonly TimeSpan WarmLength = TimeSpan.FromSeconds(2);

    // What the silo's rate is to be over that of a peer.
    private static readonly Dictionary<string, double> Bars = new()
    {
        [PeerField.Echo] = 0.7, [PeerField.Redis] = 3, [PeerField.Garnet] = 2.5, [PeerField.Postgres] = 8, [PeerField.Proto] = 1,
        [PeerField.Akka] = 1,
    };

    /// <summary>Measures the silo beside peers.</summary>
    /// <param name="bench">The name of the benchmark in the report.</param>
    /// <param name="sizes">How much.</param>
    /// <param name="report">Where the figures go.</param>
    /// <param name="peers">Beside whom.</param>
    public static async Task RunAsync(string bench, BarSizes sizes, BarReport report, params IReadOnlyList<string> peers)
    {
        await using var field = await PeerField.StartAsync(sizes, peers);
        var ids = sizes.PickIds();
        foreach (var peer in field.Peers)
        {
            await WarmAsync(peer.Name, peer.Port, RequestsOf(ids));
        }

        var rates = await RaceAsync(bench, field.Peers, ("at random", RequestsOf(ids)), sizes, report, Bars);
        await RaceAsync(bench, [.. field.Peers.Take(2)], ($"{HotCustomers} hot", RequestsOf(ids[..HotCustomers])), sizes, report, []);
        if (peers.Contains(PeerField.Echo))
        {
            await LatencyAsync(bench, rates / 2, field, RequestsOf(ids), sizes, report);
        }
    }

    /// <summary>A request for each customer, with nothing else in it.</summary>
    public static RequestSource RequestsOf(IEnumerable<string> ids) =>
        RequestSource.Of(ids, static request => request.PlacementId = CaseCatalog.Placement);

    /// <summary>
    /// Calls each customer once, so that it is in memory where it will be, and goes on until the rate rises no more: the code is compiled
    /// for good then.
    /// </summary>
    public static async Task WarmAsync(string name, int port, RequestSource requests)
    {
        Console.WriteLine($"Warming {name}");
        var plan = new LoadPlan(new(port), requests, WarmLength);
        await MeasureAsync(name, plan with { OnceEach = true });
        var (best, since) = (0.0, 0);
        for (var part = 0; part < MaxWarmParts && since < SteadyParts; part++)
        {
            var rate = (await MeasureAsync(name, plan)).PerSecond;
            since = rate > best * (1 + WarmRise) ? 0 : since + 1;
            best = Math.Max(best, rate);
        }
    }

    private static async Task<double> RaceAsync(
        string bench, IReadOnlyList<Peer> peers, (string Name, RequestSource Requests) shape, BarSizes sizes,
        BarReport report, Dictionary<string, double> bars)
    {
        var customers = shape.Name;
        Console.WriteLine($"{bench}: {customers}, {sizes.Rounds} rounds of {sizes.Length.TotalSeconds} s by turns");
        var rounds = peers.ToDictionary(static peer => peer.Name, static _ => new List<LoadResult>());
        var costs = peers.ToDictionary(static peer => peer.Name, static _ => new List<double>());
        for (var round = 0; round < sizes.Rounds; round++)
        {
            foreach (var peer in peers)
            {
                var (plan, before) = (new LoadPlan(new(peer.Port), shape.Requests, sizes.Length), peer.ProcessorTime);
                var result = await MeasureAsync(peer.Name, plan);
                rounds[peer.Name].Add(result);
                if (peer.ProcessorTime - before is { } took)
                {
                    // Calls are taken to be as many in the second before as in the others.
                    costs[peer.Name].Add(took.TotalMicroseconds / (result.PerSecond * (plan.Warming + plan.Length).TotalSeconds));
                }
            }
        }

        foreach (var (name, results) in rounds)
        {
            report.Add(new(bench, $"{name}, {customers}", "/s", [.. results.Select(static result => result.PerSecond)]));
            report.Add(new(bench, $"{name}, {customers}, p99 of 128 at once", "ms", [.. results.Select(static result => result.P99Ms)])
            {
                Side = BarSide.AtMost,
            });
            if (costs[name].Count > 0)
            {
                report.Add(new(bench, $"{name}, {customers}, processor time of a call", "µs", costs[name]) { Side = BarSide.AtMost });
            }
        }

        foreach (var name in peers.Skip(1).Select(static peer => peer.Name))
        {
            var ratios = rounds[PeerField.Zhice].Zip(rounds[name], static (own, other) => own.PerSecond / other.PerSecond);
            report.Add(new(bench, $"Zhice over {name}, {customers}", "", [.. ratios])
            {
                Bar = bars.TryGetValue(name, out var bar) ? bar : null,
            });
        }

        return report.Figures.First(figure => figure.Bench == bench && figure.Name == $"{PeerField.Zhice}, {customers}").Spread.Median;
    }

    // An open loop at half of what the silo can do, for the silo and the echo.
    private static async Task LatencyAsync(
        string bench, double rate, PeerField field, RequestSource requests, BarSizes sizes, BarReport report)
    {
        const string what = "open loop at half of the silo's maximum";
        var both = field.Peers.Where(static peer => peer.Name is PeerField.Zhice or PeerField.Echo).ToArray();
        var rounds = both.ToDictionary(static peer => peer.Name, static _ => new List<LoadResult>());
        for (var round = 0; round < sizes.Rounds; round++)
        {
            foreach (var peer in both)
            {
                rounds[peer.Name].Add(await MeasureAsync(
                    peer.Name, new LoadPlan(new(peer.Port), requests, sizes.Length) { PerSecond = rate, Streams = 64 }));
            }
        }

        foreach (var (name, results) in rounds)
        {
            AddTimes(name, static result => result.P50Ms, "p50", null);
            AddTimes(name, static result => result.P99Ms, "p99", null);
            AddTimes(name, static result => result.P999Ms, "p99.9", name == PeerField.Zhice ? 25 : null);

            void AddTimes(string peer, Func<LoadResult, double> time, string share, double? bar) =>
                report.Add(new(bench, $"{peer}, {what}, {share}", "ms", [.. results.Select(time)]) { Bar = bar, Side = BarSide.AtMost });
        }

        var ratios = rounds[PeerField.Zhice].Zip(rounds[PeerField.Echo], static (own, echo) => own.P99Ms / echo.P99Ms);
        report.Add(new(bench, $"p99 of Zhice over the echo's, {what}", "", [.. ratios]) { Bar = 2, Side = BarSide.AtMost });
    }

    private static async Task<LoadResult> MeasureAsync(string name, LoadPlan plan)
    {
        var result = await LoadRun.RunAsync(plan);
        return result.Failed + result.Refused == 0
            ? result
            : throw new InvalidOperationException($"{name}: {result.Failed} calls failed and {result.Refused} were refused; none may.");
    }
}
