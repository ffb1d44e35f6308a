using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>Silos on one PostgreSQL: they come, go, die and freeze, and the rest serves on.</summary>
public sealed class ClusterTests(ITestOutputHelper output)
{
    // Until a test gives up, on a machine that may be busy; within 15 s is what the output shows on one that is not.
    private static readonly TimeSpan DeadWithin = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_killed_silo_is_declared_dead_and_joins_again_at_once_on_its_ports()
    {
        await using var cluster = await ClusterProcesses.StartSmallAsync(3, await DatabaseAsync());

        await cluster.KillAsync(1);
        output.WriteLine($"killed: declared dead after {(await cluster.UntilDeclaredDeadAsync(1, DeadWithin)).TotalSeconds:0.0} s");
        await cluster.StartAgainAsync(1);

        await cluster.KillAsync(2);
        var watch = Stopwatch.StartNew();
        await cluster.StartAgainAsync(2);
        output.WriteLine($"killed and started again at once: ready after {watch.Elapsed.TotalSeconds:0.0} s");
        await EachAnswersAsync(cluster, "after");
    }

    [Fact]
    public async Task A_frozen_silo_is_declared_dead_within_15_seconds_and_ends_when_it_thaws_and_offers_nothing_that_was_stopped_meanwhile()
    {
        await using var cluster = await ClusterProcesses.StartSmallAsync(3, await DatabaseAsync());
        Assert.Equal(1, await OfferedAsync(cluster[1], "before"));

        await cluster[1].FreezeAsync();
        output.WriteLine($"frozen: declared dead after {(await cluster.UntilDeclaredDeadAsync(1, DeadWithin)).TotalSeconds:0.0} s");
        await cluster[0].Stops.SetStopAsync(new() { Kind = StopKind.Marketing, Comment = "wrong rate" }, By.Wang);
        var calls = Enumerable.Range(0, 40).Select(call => OfferedAsync(cluster[1], $"thawed-{call}")).ToArray();
        await cluster[1].ThawAsync();
        var watch = Stopwatch.StartNew();
        var code = await cluster[1].ExitAsync().WaitAsync(DeadWithin);
        output.WriteLine($"thawed: ended with {code} after {watch.Elapsed.TotalSeconds:0.0} s");

        var answers = await Task.WhenAll(calls);
        output.WriteLine($"{answers.Count(static offered => offered is not null)} of {answers.Length} calls were answered as it thawed");
        Assert.All(answers, static offered => Assert.True(offered is null or 0));
        Assert.Equal(3, code);
        Assert.Single(cluster[1].Log.Split('\n'), line => line.StartsWith("Zhice.Silo ends:", StringComparison.Ordinal));
        await cluster.StartAgainAsync(1);
        await EachAnswersAsync(cluster, "after");
    }

    [Fact]
    public async Task All_silos_killed_at_once_come_back_with_what_was_acknowledged()
    {
        await using var cluster = await ClusterProcesses.StartSmallAsync(3, await DatabaseAsync());
        await RecordAsync(cluster[0], "kept", "e");

        await Task.WhenAll(Enumerable.Range(0, 3).Select(cluster.KillAsync));
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(cluster.StartAgainAsync));
        output.WriteLine($"all ready again after {watch.Elapsed.TotalSeconds:0.0} s");

        foreach (var silo in cluster.Silos)
        {
            Assert.Equal(1, await LoginsAsync(silo, "kept"));
        }
    }

    [Fact]
    public async Task Two_clusters_on_one_database_with_different_services_never_meet()
    {
        var database = await DatabaseAsync();
        await using var one = await ClusterProcesses.StartSmallAsync(1, database, "one");
        await using var two = await ClusterProcesses.StartSmallAsync(1, database, "two");

        await RecordAsync(one[0], "same", "e");

        Assert.Equal(1, await LoginsAsync(one[0], "same"));
        var fault = await Assert.ThrowsAsync<RpcException>(() => LoginsAsync(two[0], "same"));
        Assert.Equal(StatusCode.NotFound, fault.StatusCode);
    }

    [Fact]
    public async Task A_silo_that_the_table_of_members_does_not_know_ends_and_the_others_do_without_it()
    {
        await using var cluster = await ClusterProcesses.StartSmallAsync(2, await DatabaseAsync());

        await PostgresServer.ExecuteAsync(
            cluster.Connection, $"DELETE FROM zhice.orleansmembershiptable WHERE port = {cluster[1].Ports[2]}");

        Assert.Equal(3, await cluster[1].ExitAsync().WaitAsync(DeadWithin));
        await ClusterProcesses.UntilAsync(
            async () =>
            {
                foreach (var customer in Enumerable.Range(0, 30))
                {
                    await RecordAsync(cluster[0], $"left-{customer}", "e");
                }

                return true;
            },
            DeadWithin);
        output.WriteLine(cluster[0].Log);
        Assert.False(await cluster.IsActiveAsync(1));
    }

    [Fact]
    public async Task A_drained_stop_loses_no_call_of_a_client_that_follows_readiness()
    {
        await using var cluster = await ClusterProcesses.StartSmallAsync(
            3, await DatabaseAsync(), settings: ["--Zhice:DrainDelay=00:00:06", "--Logging:LogLevel:Zhice=Information"]);
        var acknowledged = new ConcurrentDictionary<string, int>();
        using var load = new FollowingLoad(cluster, acknowledged);
        await load.UntilAnsweredAsync(2_000);

        var watch = Stopwatch.StartNew();
        var stopping = cluster[1].StopAsync();
        using (var http = new HttpClient())
        {
            await ClusterProcesses.UntilAsync(
                async () =>
                    (await http.GetAsync($"{cluster[1].HttpAddress}/healthz")).StatusCode == HttpStatusCode.ServiceUnavailable);
        }

        await cluster[1].SignalAsync("TERM");
        Assert.Equal(0, await stopping);
        output.WriteLine($"stopped after {watch.Elapsed.TotalSeconds:0.0} s");
        await load.UntilAnsweredAsync(2_000);

        var faults = await load.EndAsync();
        output.WriteLine(
            $"{acknowledged.Values.Sum():N0} calls answered, {faults.Count} lost, slowest {load.Slowest.TotalMilliseconds:0} ms");
        foreach (var silo in cluster.Silos)
        {
            output.WriteLine($"{silo.GrpcPort}: {silo.Log}");
        }

        Assert.Empty(faults);
        Assert.False(await cluster.IsActiveAsync(1));
        foreach (var (customer, count) in acknowledged)
        {
            Assert.Equal(count, await LoginsAsync(cluster[0], customer));
        }
    }

    [Fact]
    public async Task A_silo_that_joins_gets_the_customers_whose_calls_come_to_it()
    {
        const int Calls = 8;
        string[] customers = [.. Enumerable.Range(0, 10).Select(static n => $"joined-{n}")];
        await using var cluster = await ClusterProcesses.StartSmallAsync(1, await DatabaseAsync());
        foreach (var customer in customers)
        {
            await RecordAsync(cluster[0], customer, "e");
        }

        await using var joined = await cluster.StartOneMoreAsync();
        await joined.UntilSmallAsync();
        foreach (var customer in customers)
        {
            for (var call = 0; call < Calls; call++)
            {
                await RecommendAsync(joined, customer, null);
            }
        }

        // Who moved is served while the first silo is frozen; a call of the others waits until that one is declared dead.
        await ClusterProcesses.UntilAsync(async () =>
        {
            await cluster[0].FreezeAsync();
            try
            {
                await Task.WhenAll(customers.Select(customer => RecommendAsync(joined, customer, TimeSpan.FromSeconds(3))));
                return await cluster.IsActiveAsync(0);
            }
            finally
            {
                await cluster[0].ThawAsync();
            }
        });
        foreach (var customer in customers)
        {
            Assert.Equal(1, await LoginsAsync(joined, customer));
        }
    }

    private static async Task RecommendAsync(SiloProcess silo, string customer, TimeSpan? longest) =>
        await silo.Recommendations.RecommendAsync(
            new() { CustomerId = customer, PlacementId = "app_home" }, deadline: DateTime.UtcNow + (longest ?? DeadWithin));

    private static async Task<string> DatabaseAsync() => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    private static async Task EachAnswersAsync(ClusterProcesses cluster, string customer)
    {
        foreach (var silo in cluster.Silos)
        {
            // Right after a silo was given up, a call may fail; it counts once by its id.
            await ClusterProcesses.UntilAsync(async () =>
            {
                await RecordAsync(silo, customer, $"at-{silo.GrpcPort}");
                return true;
            });
        }

        Assert.Equal(cluster.Silos.Count, await LoginsAsync(cluster[0], customer));
    }

    // How many offers a call that counts at the decision gets; null: the silo ended.
    private static async Task<int?> OfferedAsync(SiloProcess silo, string customer)
    {
        try
        {
            var request = new RecommendRequest { CustomerId = customer, PlacementId = "sms_text", RequestId = "once" };
            return (await silo.Recommendations.RecommendAsync(request)).Recommendations.Count;
        }
        catch (RpcException)
        {
            return null;
        }
    }

    private static async Task RecordAsync(SiloProcess silo, string customer, string eventId) =>
        await silo.Events.RecordEventsAsync(new RecordEventsRequest
        {
            Events = { new Event { EventId = eventId, CustomerId = customer, EventTypeId = "login" } },
        });

    private static async Task<long> LoginsAsync(SiloProcess silo, string customer) =>
        (await silo.Customers.GetCustomerAsync(new GetCustomerRequest { CustomerId = customer }))
        .Customer.Tags.Single(tag => tag.TagId == "logins").Value.IntegerValue;
}
