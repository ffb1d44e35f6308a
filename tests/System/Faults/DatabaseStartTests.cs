using System.Diagnostics;
using Zhice.SystemTests.Faults.Load;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Faults;

/// <summary>The database is not there when a silo starts, or has no room, or its server is replaced by the standby.</summary>
[Collection(FaultTests.Name)]
public sealed class DatabaseStartTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(180);

    [Fact]
    public async Task A_silo_waits_for_a_database_that_is_not_there_yet_and_then_serves()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await server.StopAsync();

        var starting = ClusterProcesses.StartSmallAsync(1, database);
        Assert.NotSame(starting, await Task.WhenAny(starting, Task.Delay(TimeSpan.FromSeconds(8))));
        await server.StartAgainAsync();

        await using var cluster = await starting.WaitAsync(Longest);
        Assert.Contains("Waiting for PostgreSQL", cluster[0].Log, StringComparison.Ordinal);
        await cluster[0].Events.RecordEventsAsync(new RecordEventsRequest
        {
            Events = { new Event { EventId = "first", CustomerId = "c", EventTypeId = "login" } },
        });
    }

    [FactAsRoot]
    public async Task A_full_database_refuses_and_heals_when_there_is_room()
    {
        using var disk = await SmallDisk.MountAsync(megabytes: 320);
        var ballast = Path.Combine(disk.Path, "ballast");
        await using var server = await PostgresServer.StartInAsync(
            Path.Combine(disk.Path, "pg"), "max_wal_size=48MB", "min_wal_size=32MB", "shared_buffers=32MB");
        await using var cluster = await ClusterProcesses.StartSmallAsync(1, await server.CreateDatabaseAsync());
        await using var targets = new SiloTargets([cluster[0].GrpcAddress]);
        var seed = Seed.Draw(output);
        await using var load = new EventLoad(targets, "full", customers: 2_000, eventsPerSecond: 1_000, seed);
        await load.UntilAcknowledgedAsync(2_000, Longest);

        await FillUpAsync(ballast);
        await Waiting.UntilAsync(() => load.Faults.Counts.Values.Sum() >= 5, Longest, () => "nothing was refused");
        output.WriteLine($"full: {load.Faults}");
        File.Delete(ballast);

        // A server that could not write its log has ended; its supervisor starts it.
        await server.RunAgainAsync();
        var healed = Stopwatch.StartNew();
        await load.UntilAcknowledgedAsync(1_000, Longest);
        output.WriteLine($"serving again after {healed.Elapsed.TotalSeconds:0.0} s");
        await VerifyAsync(cluster, targets, load);
    }

    [Fact]
    public async Task A_standby_that_is_promoted_takes_over_with_all_that_was_acknowledged()
    {
        await using var primary = await PostgresServer.StartAsync();
        var database = await primary.CreateDatabaseAsync();
        await using var standby = await primary.StartStandbyAsync();
        var both = new Npgsql.NpgsqlConnectionStringBuilder(database) { Host = $"127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}" };
        await using var cluster = await ClusterProcesses.StartSmallAsync(1, both.ConnectionString);
        await using var targets = new SiloTargets([cluster[0].GrpcAddress]);
        await using var load = new EventLoad(targets, "over", customers: 2_000, eventsPerSecond: 1_500, Seed.Draw(output));
        await load.UntilAcknowledgedAsync(5_000, Longest);

        await primary.StopAsync("immediate");
        await standby.PromoteAsync();
        var healed = Stopwatch.StartNew();
        await load.UntilAcknowledgedAsync(1_500, Longest);
        output.WriteLine($"serving again {healed.Elapsed.TotalSeconds:0.0} s after the promotion; {load.Faults}");
        Assert.True(healed.Elapsed < FaultTests.ServedAgainWithin, $"It took {healed.Elapsed}.");
        await VerifyAsync(cluster, targets, load);
    }

    private async Task VerifyAsync(ClusterProcesses cluster, SiloTargets targets, EventLoad load)
    {
        await load.DrainAsync(Longest);
        Assert.True(cluster[0].IsAlive, cluster[0].Log);
        await cluster.KillAsync(0);
        await cluster.StartAgainAsync(0);
        var verdict = await Verdict.OfAsync(targets, load.Model, offers: null);
        verdict.Print(output);
        verdict.AssertClean();
        Assert.Empty(load.Faults.Broken);
    }

    private static async Task FillUpAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                await file.WriteAsync(page);
            }
        }
        catch (IOException)
        {
            // No room is left.
        }
    }
}
