using System.Collections.Concurrent;
using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Deliveries;

/// <summary>
/// What was said no to is not handed over any more: judged by what came on the streams of gateways, while silos are killed.
/// </summary>
public sealed class HandOverTests(ITestOutputHelper output)
{
    private const int Customers = 4_000;

    // Of each step: so there are some left for the next, however fast the machine is.
    private const int AtMost = 400;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    // A silo notes the lease by its own reading of the database's clock.
    private static readonly TimeSpan ClockError = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _refusedAt = new();
    private readonly HandOverStream _gateways = new();
    private int _mostRefusals = AtMost;

    [Fact]
    public async Task After_a_refusal_a_stop_or_a_cancel_is_acknowledged_nothing_of_it_is_leased_though_silos_are_killed()
    {
        await using var cluster = await ClusterProcesses.StartSmallAsync(
            2, await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
        await Parallel.ForEachAsync(Enumerable.Range(0, Customers), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (n, cancellation) => await cluster[n % 2].Customers.UpdateTagsAsync(
            new UpdateTagsRequest { CustomerId = $"c{n}", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 30 } } } }, cancellationToken: cancellation));
        await StartCampaignAsync(cluster[0]);

        // The whole audience waits before any gateway comes.
        await UntilAsync(cluster[0], static status => status.State == CampaignState.Finished);
        _gateways.Most = AtMost;
        using var stop = new CancellationTokenSource();
        using var refusing = new CancellationTokenSource();
        var refusals = RefuseAsync(cluster, refusing.Token);
        Task[] running =
            [_gateways.RunAsync(() => cluster[0].Deliveries, 4, stop.Token), _gateways.RunAsync(() => cluster[1].Deliveries, 4, stop.Token)];

        await UntilLeasedAsync(AtMost - 100);
        await cluster.KillAsync(1);
        await cluster.StartAgainAsync(1);
        await UntilLeasedAsync(Proceed() + 100);

        _gateways.Most = int.MaxValue;
        await cluster[1].Stops.SetStopAsync(new() { Kind = StopKind.Channel, TargetId = "sms", Comment = "provider sends twice" }, By.Wang);
        var stoppedAt = DateTimeOffset.UtcNow;
        await Task.Delay(TimeSpan.FromSeconds(2));
        var liftedAt = DateTimeOffset.UtcNow;
        var before = Proceed();
        await cluster[0].Stops.LiftStopAsync(new() { Kind = StopKind.Channel, TargetId = "sms" }, By.Wang);
        await UntilLeasedAsync(before + 100);

        _gateways.Most = int.MaxValue;
        await cluster[0].Campaigns.RecallCampaignAsync(new() { CampaignId = "summer", Comment = "wrong rate" }, By.Wang);
        var recalledAt = DateTimeOffset.UtcNow;
        await refusing.CancelAsync();
        await refusals;
        CampaignDeliveries deliveries = new();
        await ClusterProcesses.UntilAsync(
            async () =>
            {
                deliveries = (await cluster[0].Campaigns.GetCampaignAsync(new() { CampaignId = "summer" })).Status.Deliveries;
                return deliveries.Waiting.Count == 0;
            },
            Longest);
        await stop.CancelAsync();
        await Task.WhenAll(running);

        var leased = _gateways.Leased;
        var sums = deliveries.Outcomes.ToDictionary(static each => each.Outcome, static each => each.Count);
        output.WriteLine($"{leased.Count} leased, {_refusedAt.Count} refusals, {string.Join(", ", sums.Select(static sum => $"{sum.Key} {sum.Value}"))}");
        Assert.DoesNotContain(leased, one => _refusedAt.TryGetValue(one.CustomerId, out var at) && one.LeasedAt > at + ClockError);
        Assert.DoesNotContain(leased, one => one.LeasedAt > stoppedAt + ClockError && one.LeasedAt < liftedAt - ClockError);
        Assert.DoesNotContain(leased, one => one.LeasedAt > recalledAt + ClockError);
        Assert.True(sums[DeliveryOutcome.VoidConsent] > 0 && sums[DeliveryOutcome.VoidCampaign] > 0);
        Assert.Equal(Customers, sums.Values.Sum());
        Assert.True(sums[DeliveryOutcome.Sent] <= leased.Select(static one => one.ContactId).Distinct().Count());
        Assert.Contains(
            (await cluster[1].Stops.ListStopsAsync(new())).Log,
            static change => change is { IsSet: true, Stop.Actor: "wang", Stop.Comment: "provider sends twice" });
    }

    [Fact]
    public async Task A_look_at_the_outbox_changes_nothing_and_says_that_no_gateway_serves_the_channel()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        for (var n = 0; n < 30; n++)
        {
            await silo.Customers.UpdateTagsAsync(new UpdateTagsRequest { CustomerId = $"c{n}", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 30 } } } });
        }

        await StartCampaignAsync(silo);
        await UntilAsync(silo, static status => status.State == CampaignState.Finished);
        for (var look = 0; look < 3; look++)
        {
            var first = await silo.Deliveries.ListWaitingContactsAsync(new() { ChannelId = "sms", PageSize = 20 });
            var second = await silo.Deliveries.ListWaitingContactsAsync(
                new() { ChannelId = "sms", PageSize = 20, PageToken = first.NextPageToken });
            var waiting = first.Contacts.Concat(second.Contacts).ToList();
            Assert.Equal((30, 30), (waiting.Count, waiting.DistinctBy(static each => each.Contact.ContactId).Count()));
            Assert.All(waiting, static each => Assert.Equal((0, false, ""), (each.Contact.Attempt, each.IsWithGateway, each.HeldBy)));
            Assert.Equal((30, 0), (Assert.Single(first.Counts).Count, first.Counts[0].Gateways));
        }

        var shown = await Command.RunAsync("dotnet", Repository.Cli, "campaigns", "show", "summer", "--address", silo.GrpcAddress);
        Assert.Contains("No gateway serves channel 'sms': 30 contacts wait", shown.Output, StringComparison.Ordinal);
        Assert.Equal(30, (await ChannelStream.TakeAsync(silo, 30)).Count);
    }

    // Lets more be leased and refused.
    private int Proceed()
    {
        var leased = _gateways.Leased.Count;
        (_gateways.Most, _mostRefusals) = (leased + AtMost, _refusedAt.Count + AtMost);
        return leased;
    }

    private Task UntilLeasedAsync(int leased) => ClusterProcesses.UntilAsync(() => Task.FromResult(_gateways.Leased.Count >= leased), Longest);

    private static async Task StartCampaignAsync(SiloProcess silo)
    {
        var campaign = new Campaign { CampaignId = "summer", DisplayName = "Summer", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" }, OneOff = new() };
        var etag = (await silo.Campaigns.SaveCampaignAsync(new() { Campaign = campaign }, By.Li)).Status.Etag;
        await silo.Campaigns.ApproveCampaignAsync(new() { CampaignId = "summer", Etag = etag }, By.Wang);
        await silo.Campaigns.ScheduleCampaignAsync(new() { CampaignId = "summer" }, By.Wang);
    }

    // Customers in an order of their own refuse, one after the other; a call that fails is repeated with its request id.
    private async Task RefuseAsync(ClusterProcesses cluster, CancellationToken stop)
    {
        var order = Enumerable.Range(0, Customers).ToArray();
        new Random(7).Shuffle(order);
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (n, _) =>
        {
            for (var isDone = false; !isDone && !stop.IsCancellationRequested;)
            {
                if (_refusedAt.Count >= Volatile.Read(ref _mostRefusals))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
                    continue;
                }

                try
                {
                    await cluster[n % 2].Customers.UpdateConsentAsync(
                        new UpdateConsentRequest { CustomerId = $"c{n}", ChannelId = "sms", Purpose = Purpose.Marketing, Granted = false, RequestId = $"no-{n}" },
                        deadline: DateTime.UtcNow.AddSeconds(20), cancellationToken: CancellationToken.None);
                    _refusedAt[$"c{n}"] = DateTimeOffset.UtcNow;
                    isDone = true;
                }
                catch (Exception fault) when (fault is RpcException or InvalidOperationException)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None);
                }
            }
        });
    }

    private static async Task UntilAsync(SiloProcess silo, Func<CampaignStatus, bool> condition) => await ClusterProcesses.UntilAsync(
        async () => condition((await silo.Campaigns.GetCampaignAsync(new() { CampaignId = "summer" })).Status), Longest);
}
