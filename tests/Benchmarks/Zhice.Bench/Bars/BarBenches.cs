namespace Zhice.Bench.Bars;

/// <summary>The benchmarks of a report, by their names.</summary>
internal static class BarBenches
{
    private static readonly Dictionary<string, Func<BarSizes, BarReport, Task>> Measured = new()
    {
        ["recommend"] = static (sizes, report) => PeersBench.RunAsync("recommend", sizes, report, PeerField.Echo),
        ["peers"] = static (sizes, report) => PeersBench.RunAsync(
            "peers", sizes, report,
            PeerField.Echo, PeerField.Redis, PeerField.Garnet, PeerField.Postgres, PeerField.Proto, PeerField.Akka),
        ["reserved"] = ReservedBench.RunAsync,
        ["events"] = EventsBench.RunAsync,
        ["start"] = StartBench.RunAsync,
        ["cold"] = ColdBench.RunAsync,
        ["active"] = ActiveBench.RunAsync,
        ["silos"] = SilosBench.RunAsync,
        ["shapes"] = ShapesBench.RunAsync,
        ["overload"] = OverloadBench.RunAsync,
        ["soak"] = SoakBench.RunAsync,
        ["tune"] = TuneBench.RunAsync,
        ["profile"] = ProfileBench.RunAsync,
    };

    private static readonly Dictionary<string, ScriptBench> Scripts = new()
    {
        ["writes"] = new(
            "writes.sh", "--rounds 5 --seconds 5", "--rounds 2 --seconds 2",
            new ScriptBench.Wanted("durable writes", "/s", @"group commit\s+([\d,]+)"),
            new ScriptBench.Wanted("group commit over Orleans' AdoNet storage", "", @"times\s+([\d.]+)", 10)),
        ["fan-out"] = new(
            "fan-out.sh", "--rounds 3", "--rounds 1 --customers 20000",
            new ScriptBench.Wanted("contacts of a campaign", "/s", @"contacted in [\d.,]+ s, ([\d,]+)/s", 10_000)),
        ["delivery"] = new(
            "delivery.sh", "--rounds 3 --contacts 20000", "--rounds 2 --contacts 5000 --seconds 2",
            new ScriptBench.Wanted("contacts handed over and acknowledged", "/s", @"round \d+: ([\d,]+) acknowledged/s", 10_000),
            new ScriptBench.Wanted("from a commit to the stream, p99", "ms", @"commit to stream.*p99 ([\d.]+) ms", 50, BarSide.AtMost)),
        ["memory"] = new(
            "memory.sh", "--rounds 1 --only customer", "--rounds 1 --only customer --customers 50000",
            new ScriptBench.Wanted("an active customer, resident", "B", @"customer\s+[\d,]+ \([^)]*\)\s+([\d,]+)", 3_584, BarSide.AtMost)),
        ["identity"] = new(
            "identity.sh", "5 4", "2 2",
            new ScriptBench.Wanted("with TLS and a JWT over without", "", @"secured-ratio\s+median ([\d.]+)", 0.85),
            new ScriptBench.Wanted("with a JWT alone over without", "", @"token-ratio\s+median ([\d.]+)")),
    };

    public static IReadOnlyCollection<string> Names => [.. Measured.Keys, .. Scripts.Keys];

    public static Task RunAsync(string name, BarSizes sizes, BarReport report) =>
        Measured.TryGetValue(name, out var bench) ? bench(sizes, report) : Scripts[name].RunAsync(name, sizes, report);
}
