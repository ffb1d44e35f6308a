using System.Globalization;
using Zhice.Bench.Load;
using Zhice.Bench.Postgres;

namespace Zhice.Bench.Bars;

/// <summary>Customers who are called once each, in random order, after silo and PostgreSQL were started anew; the kernel's cache stays.</summary>
internal static class ColdBench
{
    private const double BarPerSecond = 8_000;

    // Of each of the load's 16 connections: 1,000 calls are under way.
    private const int Streams = 63;

    public static async Task RunAsync(BarSizes sizes, BarReport report)
    {
        await using var silo = await CaseSilo.StartAsync(sizes);
        var ids = sizes.PickIds();
        var plan = new LoadPlan(new(CaseSilo.Port), PeersBench.RequestsOf(ids), TimeSpan.Zero) { OnceEach = true, Streams = Streams };
        var rates = new List<double>();
        for (var round = 1; round <= sizes.Rounds; round++)
        {
            await silo.RestartAsync(withServer: true);
            await using var bottleneck = new Bottleneck(silo.Store.Store.ConnectionString, silo.Store.Server.Folder, silo.ProcessId);
            var cold = await LoadRun.RunAsync(plan);
            if (cold.Failed > 0)
            {
                throw new InvalidOperationException($"{cold.Failed} calls of cold customers failed.");
            }

            rates.Add(cold.PerSecond);
            var busy = await bottleneck.TellAsync(ids.Length);
            report.AddNote(
                string.Create(CultureInfo.InvariantCulture, $"Cold customers, round {round}"),
                string.Create(CultureInfo.InvariantCulture, $"p50 {cold.P50Ms:N1} ms, p99 {cold.P99Ms:N1} ms; {busy}"));
        }

        report.Add(new("cold", "cold customers after a restart", "/s", rates) { Bar = BarPerSecond });
    }
}
