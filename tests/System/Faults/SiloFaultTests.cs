using System.Diagnostics;
using Zhice.SystemTests.Faults.Load;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Faults;

/// <summary>A silo that the others cannot reach, and silos whose clocks are a minute off.</summary>
[Collection(FaultTests.Name)]
public sealed class SiloFaultTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(180);

    [FactWith("/usr/sbin/nft", "nftables", asRoot: true)]
    public async Task A_silo_cut_off_from_the_others_but_not_from_the_database_ends_and_nothing_counts_twice()
    {
        await using var cluster = await ClusterProcesses.StartSmallAsync(2, await DatabaseAsync());
        await using var lonely = await cluster.StartOneMoreAsync(NetworkCut.RunBy);
        await lonely.UntilSmallAsync();
        await using var targets = TargetsOf([.. cluster.Silos, lonely]);
        var seed = Seed.Draw(output);
        await using var load = new EventLoad(targets, "cut", customers: 2_000, eventsPerSecond: 1_000, seed);
        await using var offers = new OfferLoad(targets, seed);
        await load.UntilAcknowledgedAsync(3_000, Longest);

        var watch = Stopwatch.StartNew();
        await using (await NetworkCut.BetweenAsync(lonely, cluster.Silos))
        {
            Assert.Equal(3, await lonely.ExitAsync().WaitAsync(Longest));
            output.WriteLine($"ended by itself {watch.Elapsed.TotalSeconds:0.0} s after it was cut off");
            await load.UntilAcknowledgedAsync(3_000, Longest);
        }

        await VerifyAsync(targets, load, offers);
        Assert.All(cluster.Silos, silo => Assert.True(silo.IsAlive));
    }

    [FactWith(FakeClock.Library, "faketime")]
    public async Task Silos_whose_clocks_are_a_minute_ahead_and_behind_stay_in_the_cluster_and_count_right()
    {
        await using var cluster = await ClusterProcesses.StartSmallAsync(1, await DatabaseAsync());
        await using var ahead = await cluster.StartOneMoreAsync(FakeClock.RunByWrong("+60s"));
        await using var behind = await cluster.StartOneMoreAsync(FakeClock.RunByWrong("-60s"));
        await Task.WhenAll(ahead.UntilSmallAsync(), behind.UntilSmallAsync());
        await using var targets = TargetsOf([cluster[0], ahead, behind]);
        var seed = Seed.Draw(output);
        await using var load = new EventLoad(targets, "skewed", customers: 2_000, eventsPerSecond: 1_000, seed);
        await using var offers = new OfferLoad(targets, seed);

        // Longer than it takes to declare a silo dead.
        await load.UntilAcknowledgedAsync(20_000, Longest);

        await VerifyAsync(targets, load, offers);
        Assert.All([cluster[0], ahead, behind], silo => Assert.True(silo.IsAlive, silo.Log));
    }

    private static SiloTargets TargetsOf(SiloProcess[] silos) => new(silos.Select(silo => silo.GrpcAddress));

    private static async Task<string> DatabaseAsync() => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    private async Task VerifyAsync(SiloTargets targets, EventLoad load, OfferLoad offers)
    {
        await load.DrainAsync(Longest);
        await offers.DrainAsync(Longest);
        output.WriteLine($"events: {load.Faults}; offers: {offers.Faults}");
        var verdict = await Verdict.OfAsync(targets, load.Model, offers);
        verdict.Print(output);
        verdict.AssertClean();
        Assert.Empty(load.Faults.Broken);
        Assert.Empty(offers.Faults.Broken);
    }
}
