using System.Diagnostics;
using Grpc.Core;
using Zhice.SystemTests.Faults.Load;
using Zhice.SystemTests.Faults.Proxy;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Faults;

/// <summary>
/// The database is away, slow, deaf or forbids, under load. In each: what was acknowledged is kept and counts once, what is
/// refused is told to come again, memory stays bounded, and nobody has to help.
/// </summary>
[Collection(FaultTests.Name)]
public sealed class DatabaseFaultTests(FaultyDatabase database, ITestOutputHelper output) : IClassFixture<FaultyDatabase>
{
    private const int Customers = 1_000;
    private const int EventsPerSecond = 1_500;
    private const long MaxGrowth = 600L << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(180);

    [Fact]
    public Task Gone_under_load_and_back_again() => UnderLoadAsync("gone", async load =>
    {
        await RecommendAsync("probe");
        await database.Server.StopAsync();
        await UntilRefusedAsync(load, "STORE_UNAVAILABLE");
        var acknowledged = load.Model.Acknowledged;
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Equal(acknowledged, load.Model.Acknowledged);

        // Who is in memory is still answered.
        await RecommendAsync("probe");
        await database.Server.StartAgainAsync();
    });

    [Fact]
    public Task Restarted_as_by_a_crash() => UnderLoadAsync("crashed", async load =>
    {
        await database.Server.RestartAsync("immediate");
        await load.UntilAcknowledgedAsync(2 * EventsPerSecond, Longest);
        await database.Server.RestartAsync("immediate");
    });

    [Fact]
    public Task Read_only_for_a_while() => UnderLoadAsync("readonly", async load =>
    {
        await ReadOnlyAsync("on");
        await UntilRefusedAsync(load, "STORE_UNAVAILABLE");
        await ReadOnlyAsync("off");
    });

    [Theory]
    [InlineData(CommitCut.Before)]
    [InlineData(CommitCut.After)]
    public Task Lost_at_a_commit_whose_outcome_nobody_was_told(CommitCut cut) => UnderLoadAsync($"cut-{cut}", async load =>
    {
        const int Cuts = 10;
        var cutBefore = database.Proxy.CommitsCut;
        database.Proxy.CutCommits(Cuts, cut, "grain_state");
        await Waiting.UntilAsync(() => database.Proxy.CommitsCut == cutBefore + Cuts, Longest, () => $"{database.Proxy.CommitsCut} cut");
    });

    [Fact]
    public Task Deaf_until_connections_time_out() => UnderLoadAsync("deaf", async load =>
    {
        database.Proxy.Blackhole();
        try
        {
            await UntilRefusedAsync(load, "STORE_UNAVAILABLE");
        }
        finally
        {
            database.Proxy.CutAll();
            database.Proxy.Reopen();
        }
    });

    [Fact]
    public Task Five_seconds_a_query_fills_the_queues_and_they_refuse() => UnderLoadAsync("slow", async load =>
    {
        database.Proxy.DelayToServer = TimeSpan.FromSeconds(5);
        var refused = await PressAsync(4_000);
        database.Proxy.DelayToServer = TimeSpan.Zero;
        output.WriteLine($"of 4,000 calls at once {refused} were refused");
        Assert.InRange(refused, 1, 3_999);
    });

    private async Task UnderLoadAsync(string name, Func<EventLoad, Task> fault)
    {
        var seed = Seed.Draw(output);
        var silo = database.Silo;
        await using var load = new EventLoad(database.Targets, $"{name}-{seed}", Customers, EventsPerSecond, seed);
        await load.UntilAcknowledgedAsync(2 * EventsPerSecond, Longest);
        var (before, most) = (silo.ResidentBytes, 0L);
        using var watching = new Timer(_ => most = Math.Max(most, silo.ResidentBytes), null, 0, 200);

        await fault(load);

        var healed = Stopwatch.StartNew();
        await load.UntilAcknowledgedAsync(EventsPerSecond, Longest);
        output.WriteLine($"serving again {healed.Elapsed.TotalSeconds:0.0} s after the fault ended; {load.Faults}");
        Assert.True(healed.Elapsed < FaultTests.ServedAgainWithin, $"It took {healed.Elapsed}.");
        await load.DrainAsync(Longest);
        await watching.DisposeAsync();
        output.WriteLine($"memory: {before >> 20} MiB before, {most >> 20} MiB at most");

        // From the store alone: nothing that the silo only remembers.
        Assert.True(silo.IsAlive, silo.Log);
        await database.Cluster.KillAsync(0);
        await database.Cluster.StartAgainAsync(0);
        var verdict = await Verdict.OfAsync(database.Targets, load.Model, offers: null);
        verdict.Print(output);
        verdict.AssertClean();
        Assert.Empty(load.Faults.Broken);
        Assert.InRange(most - before, long.MinValue, MaxGrowth);
    }

    private static Task<TimeSpan> UntilRefusedAsync(EventLoad load, string reason)
    {
        int Count() => load.Faults.Counts.Where(count => count.Key.EndsWith(reason, StringComparison.Ordinal)).Sum(count => count.Value);
        return Waiting.UntilAsync(() => Count() >= 5, Longest, () => $"{load.Faults}");
    }

    private async Task RecommendAsync(string customer) =>
        await database.Silo.Recommendations.RecommendAsync(new RecommendRequest { CustomerId = customer, PlacementId = "app_home" });

    private async Task ReadOnlyAsync(string value)
    {
        await PostgresServer.ExecuteAsync(database.Direct, $"ALTER SYSTEM SET default_transaction_read_only = {value}");
        await PostgresServer.ExecuteAsync(database.Direct, "SELECT pg_reload_conf()");
    }

    // Calls of one event each, all at once: those that are refused must be told so, and when to come again.
    private async Task<int> PressAsync(int calls)
    {
        var tally = new FaultTally();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, calls).Select(async call =>
        {
            try
            {
                await database.Targets.Events[0].RecordEventsAsync(
                    new RecordEventsRequest { Events = { new Event { EventId = $"{call}", CustomerId = $"press-{call}", EventTypeId = "login" } } },
                    deadline: DateTime.UtcNow.AddSeconds(50));
                return true;
            }
            catch (RpcException fault)
            {
                tally.Note(fault);
                return false;
            }
        }));
        output.WriteLine($"{tally}");
        Assert.Empty(tally.Broken);
        Assert.Contains(tally.Counts.Keys, key => key.StartsWith(nameof(StatusCode.ResourceExhausted), StringComparison.Ordinal));
        return outcomes.Count(isServed => !isServed);
    }
}
