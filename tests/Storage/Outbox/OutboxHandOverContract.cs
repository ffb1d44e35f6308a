using Xunit;
using Zhice.Domain.Deliveries;
using Zhice.Storage.Outbox;
using static Zhice.Storage.Tests.Outbox.OutboxBench;

namespace Zhice.Storage.Tests.Outbox;

/// <summary>What each back end must do with contacts that may not go now, and how the outbox is looked at.</summary>
public abstract class OutboxHandOverContract(Backend backend) : IAsyncLifetime
{
    private OutboxBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await OpenAsync(backend);

    public async ValueTask DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task A_lease_says_whether_the_customer_changed_since_the_contact_was_sent()
    {
        await _bench.SendAsync("same", Start, "c1");
        await _bench.SendAsync("changed", Start, "c2");
        await _bench.CommitAsync("changed", static _ => { });

        var leased = await _bench.LeaseAsync(Start);

        Assert.Equal(
            [("c1", true), ("c2", false)],
            leased.Select(static contact => (contact.ContactId, contact.IsUnchanged)).OrderBy(static pair => pair.ContactId));
        Assert.All(leased, static contact => Assert.Equal(("spring", Start + Life), (contact.CampaignId, contact.ExpiresAtMs)));
    }

    [Fact]
    public async Task A_deferred_contact_comes_again_at_its_time_as_if_it_had_not_been_leased()
    {
        await _bench.SendAsync("a", Start, "c1");
        for (var i = 0; i < MaxAttempts + 2; i++)
        {
            var leased = Assert.Single(await _bench.LeaseAsync(Start + i));
            Assert.Equal((1, Start + Life), (leased.Contact.Attempt, leased.ExpiresAtMs));
            Assert.Equal(SettlementOutcome.Settled, await DeferAsync(leased, Start + i + 1));
            Assert.Equal(SettlementOutcome.LeaseOver, await DeferAsync(leased, Start + i + 1));
            Assert.Empty(await _bench.LeaseAsync(Start + i));
        }
    }

    [Fact]
    public async Task A_deferral_at_the_last_attempt_leaves_the_contact_the_time_that_it_had()
    {
        await _bench.SendAsync("a", Start, "c1");
        var now = Start;
        for (var attempt = 1; attempt < MaxAttempts; attempt++, now += 1)
        {
            await _bench.ReturnAsync(Assert.Single(await _bench.LeaseAsync(now)), now + 1);
        }

        var last = Assert.Single(await _bench.LeaseAsync(now));
        Assert.Equal(MaxAttempts, last.Contact.Attempt);
        await DeferAsync(last, now + (2 * Lease));

        Assert.Empty(await _bench.Outbox.LeaseOverdueAsync(10, now + (2 * Lease), now + (3 * Lease)));
        Assert.Equal(MaxAttempts, Assert.Single(await _bench.LeaseAsync(now + (2 * Lease))).Contact.Attempt);
    }

    [Fact]
    public async Task What_is_kept_back_holds_up_no_other_contact_of_its_customer()
    {
        await _bench.SendAsync("a", Start, "kept", "next");
        await DeferAsync(Assert.Single(await _bench.LeaseAsync(Start)), Start + 1_000);

        Assert.Equal("next", Assert.Single(await _bench.LeaseAsync(Start)).ContactId);
        Assert.Empty(await _bench.LeaseAsync(Start + 1_000));
    }

    [Fact]
    public async Task Two_contacts_of_a_customer_whose_time_comes_together_go_one_at_a_time()
    {
        await _bench.SendAsync("a", Start, "c1", "c2");
        await DeferAsync(Assert.Single(await _bench.LeaseAsync(Start)), Start + 1_000);
        await DeferAsync(Assert.Single(await _bench.LeaseAsync(Start)), Start + 1_000);

        Assert.Equal("c1", Assert.Single(await _bench.LeaseAsync(Start + 1_000)).ContactId);
    }

    [Fact]
    public async Task What_is_released_may_go_at_once_and_nothing_else()
    {
        await _bench.SendAsync("a", Start, "c1");
        await _bench.SendAsync("b", Start, "c2");
        foreach (var leased in await _bench.LeaseAsync(Start))
        {
            await DeferAsync(leased, Start + Life, leased.ContactId == "c1" ? "channel/sms" : "campaign/spring");
        }

        Assert.Equal(["campaign/spring", "channel/sms"], (await _bench.Outbox.ListHoldersAsync()).Order());
        Assert.Equal(1, await _bench.Outbox.ReleaseAsync("channel/sms", Start + 5, 10));
        Assert.Equal(0, await _bench.Outbox.ReleaseAsync("channel/sms", Start + 5, 10));
        Assert.Equal(0, await _bench.Outbox.ReleaseAsync("", Start + 5, 10));

        Assert.Equal(["campaign/spring"], await _bench.Outbox.ListHoldersAsync());
        Assert.Equal("c1", Assert.Single(await _bench.LeaseAsync(Start + 5)).ContactId);
    }

    [Fact]
    public async Task What_waits_of_a_void_campaign_is_overdue_at_once_and_what_is_leased_is_not()
    {
        await _bench.SendAsync("a", Start, "c-out");
        Assert.Single(await _bench.LeaseAsync(Start));
        await _bench.SendAsync("b", Start, "c-waits");
        await _bench.SendAsync("c", Start, "c-kept");
        await _bench.CommitAsync("d", static effects => effects.Send(Contact("c-other", Start) with { CampaignId = "" }));

        Assert.Equal(1, await _bench.Outbox.VoidCampaignAsync("spring", long.MaxValue, Start + 1, 1));
        Assert.Equal(1, await _bench.Outbox.VoidCampaignAsync("spring", long.MaxValue, Start + 1, 10));
        Assert.Equal(0, await _bench.Outbox.VoidCampaignAsync("spring", long.MaxValue, Start + 1, 10));
        Assert.Equal(0, await _bench.Outbox.VoidCampaignAsync("", long.MaxValue, Start + 1, 10));

        Assert.Equal(
            ["c-kept", "c-waits"],
            (await _bench.Outbox.LeaseOverdueAsync(10, Start + 1, Start + Lease)).Select(static contact => contact.ContactId).Order());
        Assert.Equal("c-other", Assert.Single(await _bench.LeaseAsync(Start + 1)).ContactId);
    }

    [Fact]
    public async Task A_look_shows_what_waits_page_by_page_and_changes_nothing()
    {
        await _bench.SendAsync("a", Start, "c1", "c2");
        await _bench.SendAsync("b", Start + 1, "c3");
        await _bench.CommitAsync("c", static effects => effects.Send(Contact("push", Start, channel: "push")));

        foreach (var filter in (WaitingFilter[])[new("sms", ""), new("sms", "spring")])
        {
            var first = await _bench.Outbox.ListWaitingAsync(filter, WaitingPlace.First, 2);
            Assert.Equal(["c1", "c2"], first.Select(static row => row.ContactId));
            Assert.Equal("c3", Assert.Single(await _bench.Outbox.ListWaitingAsync(filter, first[1].Place, 2)).ContactId);
        }

        Assert.Equal(
            ["c1", "c2", "c3", "push"],
            (await _bench.Outbox.ListWaitingAsync(new("", "spring"), WaitingPlace.First, 9)).Select(static row => row.ContactId).Order());
        Assert.Equal(
            ["c1", "c2"],
            (await _bench.Outbox.ListWaitingAsync(new("sms", "", Start), WaitingPlace.First, 9)).Select(static row => row.ContactId));
        Assert.Empty(await _bench.Outbox.ListWaitingAsync(new("sms", "autumn"), WaitingPlace.First, 9));
        var shown = (await _bench.Outbox.ListWaitingAsync(new("sms", ""), WaitingPlace.First, 1))[0];
        Assert.Equal(
            ("a", "sms", "spring", 0, false), (shown.CustomerId, shown.ChannelId, shown.CampaignId, shown.Attempts, shown.IsLeased));
        Assert.Equal((Start, Start + Life, Start), (shown.AvailableAtMs, shown.ExpiresAtMs, shown.Place.NextAtMs));
        Assert.Equal(["c1", "c3"], (await _bench.LeaseAsync(Start + 1)).Select(static contact => contact.ContactId));
    }

    [Fact]
    public async Task What_waits_is_counted_by_channel_and_by_what_keeps_it()
    {
        await _bench.SendAsync("a", Start, "out");
        Assert.Single(await _bench.LeaseAsync(Start));
        await _bench.SendAsync("b", Start, "kept");
        await DeferAsync(Assert.Single(await _bench.LeaseAsync(Start)), Start + Life);
        await _bench.SendAsync("c", Start + 7, "waits");
        await _bench.CommitAsync("d", static effects => effects.Send(Contact("push", Start, channel: "push")));

        Assert.Equal(
            ["push False  1 0", "sms False  1 7", "sms False held 1 0", "sms True  1 0"],
            Said(await _bench.Outbox.CountWaitingAsync("", "spring", Start + 8)));
        Assert.Equal(
            ["sms False  1 7", "sms False held 1 0", "sms True  1 0"], Said(await _bench.Outbox.CountWaitingAsync("sms", "", Start + 8)));
        Assert.Empty(await _bench.Outbox.CountWaitingAsync("sms", "autumn", Start + 8));
    }

    private static string[] Said(IReadOnlyList<WaitingCountRow> counts) =>
        [.. counts.Select(static count => $"{count.ChannelId} {count.IsLeased} {count.HeldBy} {count.Count} {count.OldestAtMs - Start}").Order(StringComparer.Ordinal)];

    private async Task<SettlementOutcome> DeferAsync(LeasedContactRow contact, long nextAtMs, string heldBy = "held") =>
        (await _bench.Outbox.DeferAsync([new(Held(contact), nextAtMs, contact.ExpiresAtMs, heldBy)], Start))[0];
}

/// <summary>PostgreSQL does.</summary>
public sealed class PostgresOutboxHandOverTests() : OutboxHandOverContract(Backend.Postgres);

/// <summary>SQLite does.</summary>
public sealed class SqliteOutboxHandOverTests() : OutboxHandOverContract(Backend.Sqlite);

/// <summary>A store in memory does.</summary>
public sealed class MemoryOutboxHandOverTests() : OutboxHandOverContract(Backend.Memory);
