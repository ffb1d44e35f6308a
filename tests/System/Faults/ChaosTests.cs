using System.Diagnostics;
using Zhice.SystemTests.Faults.Load;
using Zhice.SystemTests.Faults.Consents;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Faults;

/// <summary>
/// Three silos under load, whose silos are killed and frozen and whose database crashes: no acknowledged event is lost or
/// doubled, no cap exceeded, nothing handed over that was forbidden, and after each fault the grid soon serves again.
/// </summary>
[Collection(FaultTests.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Silos = 3;
    private const int Customers = 12_000;
    private const int ContactsPerSecond = 40;
    private const int RefusalsPerSecond = 10;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(30);

    private readonly List<(string Fault, TimeSpan ServedAgain)> _seen = [];

    [Fact]
    public async Task Three_silos_keep_what_they_acknowledged_whatever_befalls_them()
    {
        var plan = ChaosPlan.Read();
        var random = new Random(Seed.Draw(output));
        await using var server = await PostgresServer.StartAsync("checkpoint_timeout=30s"); // What is logged since has to be read after a crash.
        await using var cluster = await ClusterProcesses.StartSmallAsync(Silos, await server.CreateDatabaseAsync());
        await using var targets = new SiloTargets(cluster.Silos.Select(silo => silo.GrpcAddress));
        await using var events = new EventLoad(targets, "chaos", Customers, plan.EventsPerSecond, random.Next());
        await using var campaigns = await ConsentCampaigns.StartAsync(targets, plan.Contacted, ContactsPerSecond);
        await using var words = new ConsentCallers(targets, campaigns.Log, campaigns.Customers, RefusalsPerSecond, random.Next());
        await using var offers = new OfferLoad(targets, random.Next(1_000_000), campaigns.Log);
        await using var probe = new Probe(targets);
        await using (var supervisor = new Supervisor(cluster))
        {
            await events.UntilAcknowledgedAsync(3 * plan.EventsPerSecond, Longest);
            output.WriteLine($"{"fault",-28} {"at s",6} {"took s",7} {"served again s",15} {"acknowledged/s until the next",30}");
            var run = Stopwatch.StartNew();
            foreach (var fault in plan.Draw(random))
            {
                await StrikeAsync(fault, random.Next(Silos), new Grid(server, cluster, events, probe, supervisor, plan, run));
            }

            output.WriteLine($"{events.Model.Acknowledged / run.Elapsed.TotalSeconds:N0} events acknowledged/s over the {run.Elapsed.TotalSeconds:0} s of faults");
            await events.DrainAsync(Longest);
            await offers.DrainAsync(Longest);
            await words.DrainAsync(Longest);
            await words.CancelAsync("autumn");
            if (ConsentLog.Now < campaigns.QuietHours.Until)
            {
                await words.CancelAsync("night");
            }

            await campaigns.UntilDeliveredAsync();
            foreach (var line in supervisor.Unforeseen.Take(5))
            {
                output.WriteLine(line[..Math.Min(line.Length, 2_000)]);
            }
        }

        output.WriteLine($"events: {events.Faults}");
        output.WriteLine($"offers: {offers.Faults}");
        output.WriteLine($"words: {words.Faults}; {words.AppliedLate} answers that not all silos heed a stop yet");
        await VerifyAsync(cluster, targets, events, offers);
        var verdict = await ConsentVerdict.OfAsync(campaigns);
        verdict.Print(output);
        verdict.AssertClean();
        Assert.All(
            _seen,
            seen => Assert.True(seen.ServedAgain < FaultTests.ServedAgainWithin, $"{seen.Fault}: served again after {seen.ServedAgain}"));
    }

    private async Task StrikeAsync(Fault fault, int silo, Grid grid)
    {
        switch (fault)
        {
            case Fault.Kill:
                var starts = grid.Supervisor.StartsOf(silo);
                await MeasureAsync($"kill -9 of silo {silo}", () => grid.Cluster.KillAsync(silo), grid);
                await Waiting.UntilAsync(() => grid.Supervisor.StartsOf(silo) > starts, Longest, () => $"silo {silo} is not started again");
                break;
            case Fault.RestartDatabase:
                await MeasureAsync("PostgreSQL -m immediate", () => grid.Server.RestartAsync("immediate"), grid);
                break;
            case Fault.Freeze:
                await FreezeAsync(silo, grid);
                break;
        }
    }

    private async Task FreezeAsync(int silo, Grid grid)
    {
        var begun = Stopwatch.StartNew();
        var frozen = grid.Cluster[silo];
        var starts = grid.Supervisor.StartsOf(silo);
        await MeasureAsync($"SIGSTOP of silo {silo}", frozen.FreezeAsync, grid);
        if (begun.Elapsed < Frozen)
        {
            await Task.Delay(Frozen - begun.Elapsed);
        }

        await MeasureAsync($"SIGCONT of silo {silo}", frozen.ThawAsync, grid);
        await Waiting.UntilAsync(() => grid.Supervisor.StartsOf(silo) > starts, Longest, () => $"silo {silo} did not end by itself");
        Assert.Contains((silo, 3), grid.Supervisor.Ends);
    }

    private async Task MeasureAsync(string name, Func<Task> strike, Grid grid)
    {
        var (at, before, began) = (grid.Run.Elapsed, grid.Events.Model.Acknowledged, Stopwatch.GetTimestamp());
        await strike();
        var took = Stopwatch.GetElapsedTime(began);
        var served = await grid.Probe.UntilServedAgainAsync(began, Longest);
        _seen.Add((name, served));
        await Task.Delay(grid.Plan.Pause);
        var perSecond = (grid.Events.Model.Acknowledged - before) / Stopwatch.GetElapsedTime(began).TotalSeconds;
        output.WriteLine($"{name,-28} {at.TotalSeconds,6:0.0} {took.TotalSeconds,7:0.0} {served.TotalSeconds,15:0.0} {perSecond,30:N0}");
    }

    // From the store alone: new silos after all were killed at once.
    private async Task VerifyAsync(ClusterProcesses cluster, SiloTargets targets, EventLoad events, OfferLoad offers)
    {
        await Task.WhenAll(Enumerable.Range(0, Silos).Select(cluster.KillAsync));
        await Task.WhenAll(Enumerable.Range(0, Silos).Select(cluster.StartAgainAsync));
        var verdict = await Verdict.OfAsync(targets, events.Model, offers);
        var aboveCap = await Verdict.AboveCapInLedgerAsync(cluster.Connection, "zhice");
        verdict.Print(output);
        output.WriteLine($"{aboveCap} customers above the cap in the ledger");
        verdict.AssertClean();
        Assert.Equal(0, aboveCap);
        Assert.Empty(events.Faults.Broken);
        Assert.Empty(offers.Faults.Broken);
    }

    private sealed record Grid(
        PostgresServer Server, ClusterProcesses Cluster, EventLoad Events, Probe Probe, Supervisor Supervisor, ChaosPlan Plan,
        Stopwatch Run);
}
