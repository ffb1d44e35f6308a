using Grpc.Core;
using Zhice.SystemTests.Processes;
using Zhice.TestBank;

namespace Zhice.SystemTests.Deliveries;

/// <summary>
/// Gateways that never acknowledge, acknowledge twice or die, and silos that are killed: judged by what came on the streams.
/// </summary>
public sealed class DeliveryFaultTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Each_contact_is_acknowledged_once_and_none_is_lost_whoever_dies()
    {
        const int Customers = 600;
        const int Each = 8;
        var connection = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var cluster = await ClusterProcesses.StartSmallAsync(2, connection);
        var outbox = new SentOutbox(connection);
        await outbox.SendAsync("sms", Customers, Each);
        var diary = new ReceivedContacts();
        var consumer = new Consumer(diary, "sms", TimeSpan.FromSeconds(2));
        using var stop = new CancellationTokenSource();
        using var dead = new CancellationTokenSource();

        // One that never acknowledges, and one that dies holding leases.
        var silent = consumer.RunAsync(cluster[1].Deliveries, credits: 100, acknowledgements: 0, stop.Token);
        var dying = consumer.RunAsync(cluster[0].Deliveries, credits: 100, acknowledgements: 0, dead.Token);
        await ClusterProcesses.UntilAsync(() => Task.FromResult(diary.Arrivals >= 200), Longest);
        await dead.CancelAsync();

        // One on each silo that acknowledges everything twice, slowly enough to be met in its work.
        Task[] working =
        [
            consumer.RunForeverAsync(() => cluster[0].Deliveries, credits: 20, acknowledgements: 2, stop.Token),
            consumer.RunForeverAsync(() => cluster[1].Deliveries, credits: 20, acknowledgements: 2, stop.Token),
        ];
        await ClusterProcesses.UntilAsync(() => Task.FromResult(diary.Settled >= 500), Longest);
        await cluster.KillAsync(1);
        output.WriteLine($"killed silo 1 after {diary.Settled} were settled");
        await cluster.StartAgainAsync(1);
        var settledBefore = diary.Settled;
        await ClusterProcesses.UntilAsync(async () => diary.Settled >= settledBefore + 300 || await outbox.CountAsync() == 0, Longest);
        await cluster.KillAsync(0);
        output.WriteLine($"killed silo 0 after {diary.Settled} were settled");
        await cluster.StartAgainAsync(0);

        await ClusterProcesses.UntilAsync(async () => await outbox.CountAsync() == 0, Longest);
        await stop.CancelAsync();
        await Task.WhenAll([silent, dying, .. working]);
        var contacts = Enumerable.Range(0, Customers)
            .SelectMany(customer => Enumerable.Range(1, Each).Select(n => $"k{customer}-{n}"))
            .ToList();
        output.WriteLine($"{contacts.Count} contacts, {diary.Arrivals} arrivals, {diary.Settled} settlements heard of");
        diary.Check(contacts);
        var counts = (await cluster[0].Deliveries.ListDeliveryCountsAsync(new() { CampaignId = "spring" })).Counts;
        Assert.All(counts, count => Assert.Equal(DeliveryOutcome.Sent, count.Outcome));
        Assert.Equal(contacts.Count, counts.Sum(count => count.Count));
    }

    [Fact]
    public async Task A_contact_that_is_never_acknowledged_becomes_a_dead_letter_which_can_be_sent_again()
    {
        var connection = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var cluster = await ClusterProcesses.StartSmallAsync(1, connection, settings: "--Zhice:DeliveryAttempts=2");
        var silo = cluster[0];
        await new SentOutbox(connection).SendAsync("sms", 3, 1);
        var diary = new ReceivedContacts();
        using var stop = new CancellationTokenSource();
        var silent = new Consumer(diary, "sms", TimeSpan.FromSeconds(1))
            .RunAsync(silo.Deliveries, credits: 100, acknowledgements: 0, stop.Token);

        await ClusterProcesses.UntilAsync(
            async () => (await silo.Deliveries.ListDeadLettersAsync(new() { ChannelId = "sms" })).DeadLetters.Count == 3, Longest);
        await stop.CancelAsync();
        await silent;
        Assert.Equal(6, diary.Arrivals);
        var first = await silo.Deliveries.ListDeadLettersAsync(new() { PageSize = 2 });
        var second = await silo.Deliveries.ListDeadLettersAsync(new() { PageSize = 2, PageToken = first.NextPageToken });
        var letters = first.DeadLetters.Concat(second.DeadLetters).ToList();
        Assert.Equal(["k0-1", "k1-1", "k2-1"], letters.Select(letter => letter.Contact.ContactId).Order());
        Assert.All(letters, letter => Assert.Equal(("It was never acknowledged.", 2), (letter.Reason, letter.Contact.Attempt)));

        Assert.Equal(1, (await silo.Deliveries.ResendDeadLettersAsync(new() { ChannelId = "sms", ContactIds = { "k1-1" } })).Resent);
        using var again = new CancellationTokenSource();
        var working = new Consumer(diary, "sms", TimeSpan.FromSeconds(10))
            .RunAsync(silo.Deliveries, credits: 100, acknowledgements: 1, again.Token);
        await ClusterProcesses.UntilAsync(() => Task.FromResult(diary.Settled == 1), Longest);
        await again.CancelAsync();
        await working;
        Assert.Equal(2, (await silo.Deliveries.ListDeadLettersAsync(new())).DeadLetters.Count);
    }

    [Fact, Trait("Category", "Quick")]
    public async Task Refusals_come_again_or_die_and_what_expires_is_counted_and_gone()
    {
        using var folder = new DataFolder();
        var connection = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var cluster = await ClusterProcesses.StartSmallAsync(1, connection);
        var silo = cluster[0];
        var outbox = new SentOutbox(connection);
        await outbox.SendAsync("sms", 2, 1);
        await outbox.SendAsync("app", 5, 1, prefix: "late", life: TimeSpan.FromSeconds(1));
        using var call = silo.Deliveries.Subscribe();
        await call.RequestStream.WriteAsync(new() { Start = new() { ChannelId = "sms", Consumer = "test", Credits = 10 } });
        var responses = new SubscribeResponses(call);
        var taken = (await responses.NextAsync(response => response.Contacts)).Contacts.OrderBy(contact => contact.Contact.ContactId)
            .ToList();
        await call.RequestStream.WriteAsync(new()
        {
            Settlements = new()
            {
                Settlements =
                {
                    new Settlement { ContactId = taken[0].Contact.ContactId, LeaseId = taken[0].LeaseId, Refusal = new() { Reason = "busy", RetryAfter = new() { Seconds = 1 } } },
                    new Settlement { ContactId = taken[1].Contact.ContactId, LeaseId = taken[1].LeaseId, Refusal = new() { Reason = "no such number", GiveUp = true } },
                    new Settlement { ContactId = taken[1].Contact.ContactId, LeaseId = "nonsense" },
                },
            },
        });
        var results = (await responses.NextAsync(response => response.Settlements)).Results;
        Assert.Equal(
            [SettlementOutcome.Settled, SettlementOutcome.Settled, SettlementOutcome.Ended], results.Select(result => result.Outcome));
        var again = Assert.Single((await responses.NextAsync(response => response.Contacts)).Contacts);
        Assert.Equal((taken[0].Contact.ContactId, 2), (again.Contact.ContactId, again.Contact.Attempt));
        Assert.Equal("no such number", Assert.Single((await silo.Deliveries.ListDeadLettersAsync(new())).DeadLetters).Reason);
        await ClusterProcesses.UntilAsync(async () => await outbox.CountAsync() == 1, Longest);
        Assert.Contains(
            (await silo.Deliveries.ListDeliveryCountsAsync(new())).Counts,
            count => count is { ChannelId: "app", Outcome: DeliveryOutcome.Expired, Count: 5 });
    }
}
