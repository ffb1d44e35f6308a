using Xunit;
using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;
using Zhice.Storage.Outbox;
using Zhice.Storage.States;
using static Zhice.Storage.Tests.Outbox.OutboxBench;

namespace Zhice.Storage.Tests.Outbox;

/// <summary>What each back end must do with contacts on their way to channels.</summary>
public abstract class OutboxContract(Backend backend) : IAsyncLifetime
{
    private OutboxBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await OpenAsync(backend);

    public async ValueTask DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task A_contact_is_leased_once_with_all_that_its_channel_needs()
    {
        await _bench.SendAsync("客户+/020235", Start, "c1");

        var leased = Assert.Single(await _bench.LeaseAsync(Start));

        Assert.Equal(("c1", "客户+/020235", 1, false), (leased.ContactId, leased.CustomerId, leased.Contact.Attempt, leased.Lease.IsResent));
        Assert.Equal(Keys.Bytes("c1"), leased.Contact.Message);
        Assert.Equal(BucketOf("客户+/020235"), leased.Lease.Bucket);
        Assert.True(LeaseToken.TryParse(leased.Lease.ToString(), out var token) && token == leased.Lease);
        Assert.Empty(await _bench.LeaseAsync(Start + Lease - 1));
    }

    [Fact]
    public async Task A_contact_waits_until_it_is_available_and_goes_to_its_own_channel()
    {
        await _bench.SendAsync("a", Start + 1, "c1");

        Assert.Empty(await _bench.LeaseAsync(Start));
        Assert.Empty(await _bench.LeaseAsync(Start + 1, channel: "push"));
        Assert.Single(await _bench.LeaseAsync(Start + 1));
    }

    [Fact]
    public async Task Only_the_buckets_that_are_asked_for_are_leased()
    {
        await _bench.SendAsync("a", Start, "c1");
        await _bench.SendAsync("b", Start, "c2");
        var buckets = new byte[CustomerBucket.Count];
        buckets[BucketOf("b")] = 1;

        Assert.Equal("c2", Assert.Single(await _bench.LeaseAsync(Start, buckets: buckets)).ContactId);
    }

    [Fact]
    public async Task An_acknowledged_contact_is_gone_and_counted_once_however_often_it_is_acknowledged()
    {
        await _bench.SendAsync("a", Start, "c1");
        var leased = Assert.Single(await _bench.LeaseAsync(Start));

        Assert.Equal(SettlementOutcome.Settled, await _bench.AcknowledgeAsync(leased));
        Assert.Equal(SettlementOutcome.Ended, await _bench.AcknowledgeAsync(leased));
        Assert.Equal(SettlementOutcome.Ended, await _bench.ReturnAsync(leased, Start));

        Assert.Empty(await _bench.LeaseAsync(Start + Lease));
        Assert.Equal(["spring sms 20000 Sent 1"], await _bench.CountsAsync());
    }

    [Fact]
    public async Task What_waits_of_a_void_action_is_overdue_at_once_and_what_is_leased_or_sent_with_it_is_not()
    {
        await _bench.SendAsync("a", Start, "leased-000a");
        Assert.Single(await _bench.LeaseAsync(Start));
        await _bench.SendAsync("a", Start, "waits-000a", "other-000b");
        await _bench.SendAsync("b", Start, "another-000a");

        await _bench.CommitAsync("a", static effects =>
        {
            effects.VoidWaiting(new(10, Start + 1));
            effects.Send(Contact("sent-000a", Start));
        });

        Assert.Equal(
            ["waits-000a"],
            (await _bench.Outbox.LeaseOverdueAsync(10, Start + 1, Start + Lease)).Select(static contact => contact.ContactId));
        Assert.Equal(
            ["another-000a", "leased-000a"], (await _bench.LeaseAsync(Start + Lease)).Select(static contact => contact.ContactId).Order());
    }

    [Fact]
    public async Task A_contact_that_is_void_by_itself_leaves_the_others_of_its_action()
    {
        var contact = new ContactId(new(1, 2), 10);
        await _bench.SendAsync("a", Start, "another-000a", contact.ToString());

        await _bench.CommitAsync("a", effects => effects.VoidWaiting(new(10, Start + 1) { Contact = contact }));

        Assert.Equal(
            [contact.ToString()],
            (await _bench.Outbox.LeaseOverdueAsync(10, Start + 1, Start + Lease)).Select(static contact => contact.ContactId));
        Assert.Equal(["another-000a"], (await _bench.LeaseAsync(Start + Lease)).Select(static contact => contact.ContactId));
    }

    [Fact]
    public async Task A_contact_whose_lease_is_over_comes_again_and_the_old_lease_does_no_harm()
    {
        await _bench.SendAsync("a", Start, "c1");
        var first = Assert.Single(await _bench.LeaseAsync(Start));

        var second = Assert.Single(await _bench.LeaseAsync(Start + Lease));

        Assert.Equal(2, second.Contact.Attempt);
        Assert.Equal(SettlementOutcome.LeaseOver, await _bench.AcknowledgeAsync(first));
        Assert.Equal(SettlementOutcome.LeaseOver, await _bench.ReturnAsync(first, Start));
        Assert.Equal(
            [null, second.ContactId], (await _bench.Outbox.FindAsync([Held(first), Held(second)])).Select(found => found?.ContactId));
        Assert.Equal(SettlementOutcome.Settled, await _bench.AcknowledgeAsync(second));
    }

    [Fact]
    public async Task A_late_acknowledgement_still_holds_while_nobody_else_has_the_contact()
    {
        await _bench.SendAsync("a", Start, "c1");
        var leased = Assert.Single(await _bench.LeaseAsync(Start));

        Assert.Equal(SettlementOutcome.Settled, await _bench.AcknowledgeAsync(leased));
        Assert.Empty(await _bench.LeaseAsync(Start + (2 * Lease)));
    }

    [Fact]
    public async Task A_returned_contact_comes_again_at_its_time_with_what_was_said_of_it()
    {
        await _bench.SendAsync("a", Start, "c1");
        var leased = Assert.Single(await _bench.LeaseAsync(Start));

        Assert.Equal(SettlementOutcome.Settled, await _bench.ReturnAsync(leased, Start + 5_000, "busy"));
        Assert.Equal(SettlementOutcome.LeaseOver, await _bench.AcknowledgeAsync(leased));

        Assert.Empty(await _bench.LeaseAsync(Start + 4_999));
        var again = Assert.Single(await _bench.LeaseAsync(Start + 5_000));
        Assert.Equal((2, "busy"), (again.Contact.Attempt, again.Reason));
    }

    [Fact]
    public async Task The_contacts_of_a_customer_go_one_at_a_time_in_the_order_of_sending()
    {
        await _bench.SendAsync("a", Start, "c1", "c2");
        await _bench.SendAsync("a", Start, "c3");
        await _bench.SendAsync("b", Start, "c4");

        var first = await _bench.LeaseAsync(Start);
        Assert.Equal(["c1", "c4"], first.Select(contact => contact.ContactId));
        Assert.Empty(await _bench.LeaseAsync(Start));

        await _bench.ReturnAsync(first[0], Start + 1_000);
        Assert.Empty(await _bench.LeaseAsync(Start + 999));
        var retried = Assert.Single(await _bench.LeaseAsync(Start + 1_000));
        Assert.Equal("c1", retried.ContactId);
        await _bench.AcknowledgeAsync(retried);

        Assert.Equal("c2", Assert.Single(await _bench.LeaseAsync(Start + 1_000)).ContactId);
    }

    [Fact]
    public async Task One_that_becomes_available_later_holds_up_nothing_that_is_available_now()
    {
        await _bench.SendAsync("a", Start + 10_000, "tomorrow");
        await _bench.SendAsync("a", Start, "now");

        Assert.Equal("now", Assert.Single(await _bench.LeaseAsync(Start)).ContactId);
    }

    [Fact]
    public async Task One_that_was_tried_goes_before_one_that_was_sent_later_with_an_earlier_time()
    {
        await _bench.SendAsync("a", Start, "tried");
        var tried = Assert.Single(await _bench.LeaseAsync(Start));
        await _bench.SendAsync("a", Start - 1_000, "older");
        Assert.Empty(await _bench.LeaseAsync(Start));

        await _bench.ReturnAsync(tried, Start);
        Assert.Equal("tried", Assert.Single(await _bench.LeaseAsync(Start)).ContactId);
    }

    [Fact]
    public async Task An_expired_contact_is_leased_only_to_be_ended_and_lets_the_next_pass()
    {
        await _bench.CommitAsync("a", effects => effects.Send(Contact("c1", Start, life: 1_000)));
        await _bench.SendAsync("a", Start, "c2");

        Assert.Empty(await _bench.Outbox.LeaseOverdueAsync(10, Start + 999, Start + 9_999));
        Assert.Equal("c2", Assert.Single(await _bench.LeaseAsync(Start + 1_000)).ContactId);
        var overdue = Assert.Single(await _bench.Outbox.LeaseOverdueAsync(10, Start + 1_000, Start + 9_999));

        Assert.Equal(("c1", 0, true), (overdue.ContactId, overdue.Contact.Attempt, overdue.IsExpired));
        Assert.Empty(await _bench.Outbox.LeaseOverdueAsync(10, Start + 1_000, Start + 9_999));
        await _bench.CommitAsync("a", effects => effects.End(new("c1", DeliveryOutcome.Expired, 20_000)));
        Assert.Empty(await _bench.Outbox.LeaseOverdueAsync(10, Start + 99_999, Start + 99_999));
        Assert.Equal(["spring sms 20000 Expired 1"], await _bench.CountsAsync());
    }

    [Fact]
    public async Task One_that_expires_while_it_is_out_may_still_be_acknowledged_and_is_not_ended_meanwhile()
    {
        await _bench.CommitAsync("a", effects => effects.Send(Contact("c1", Start, life: 1_000)));
        var leased = Assert.Single(await _bench.LeaseAsync(Start));

        Assert.Empty(await _bench.Outbox.LeaseOverdueAsync(10, Start + Lease - 1, Start + 99_999));
        Assert.Equal(SettlementOutcome.Settled, await _bench.AcknowledgeAsync(leased));
    }

    [Fact]
    public async Task After_its_last_lease_a_contact_is_not_leased_again_but_overdue()
    {
        await _bench.SendAsync("a", Start, "c1", "c2");
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            Assert.Equal(
                ("c1", attempt),
                Assert.Single(await _bench.LeaseAsync(Start + (attempt * Lease))) is var leased
                    ? (leased.ContactId, leased.Contact.Attempt)
                    : default);
        }

        var nowMs = Start + ((MaxAttempts + 1) * Lease);
        Assert.Equal("c2", Assert.Single(await _bench.LeaseAsync(nowMs)).ContactId);
        Assert.Equal(
            ("c1", MaxAttempts),
            Assert.Single(await _bench.Outbox.LeaseOverdueAsync(10, nowMs, nowMs + Lease)) is var overdue
                ? (overdue.ContactId, overdue.Contact.Attempt)
                : default);
    }

    [Fact]
    public async Task Dead_letters_are_listed_by_pages_and_sent_again()
    {
        for (var i = 1; i <= 3; i++)
        {
            await _bench.SendAsync($"k{i}", Start, $"c{i}");
            await _bench.CommitAsync($"k{i}", effects => effects.End(new($"c{i}", DeliveryOutcome.GivenUp, 20_000, $"reason {i}")));
        }

        var first = await _bench.Outbox.ListDeadAsync("sms", DeadLetterPlace.First, 2);
        var second = await _bench.Outbox.ListDeadAsync("", new(first[1].DiedAtMs, first[1].ContactId), 2);
        Assert.Equal(["c1", "c2", "c3"], first.Concat(second).Select(dead => dead.ContactId).Order());
        Assert.All(first.Concat(second), dead => Assert.Equal($"reason {dead.ContactId[1..]}", dead.Reason));
        Assert.Empty(await _bench.Outbox.ListDeadAsync("push", DeadLetterPlace.First, 2));

        Assert.Equal(["c2"], (await _bench.Outbox.FindDeadAsync("sms", ["c2", "other"])).Select(static dead => dead.ContactId));
        Assert.Empty(await _bench.Outbox.FindDeadAsync("push", ["c2"]));
        Assert.Equal("reason 2", Assert.Single(await _bench.Outbox.FindDeadOfCustomerAsync("k2", ["c2", "c1", "other", "c2"])).Reason);
        await _bench.CommitAsync("k2", effects => effects.SendAgain(new("c2", "sms", Start, Start + Life, [7])));
        Assert.Empty(await _bench.Outbox.FindDeadAsync("sms", ["c2"]));
        var again = Assert.Single(await _bench.LeaseAsync(Start));
        Assert.Equal(("c2", 1, true), (again.ContactId, again.Contact.Attempt, again.IsUnchanged));
        Assert.Equal([7], again.Contact.Message);
        Assert.Equal(
            ["c1", "c3"], (await _bench.Outbox.ListDeadAsync("", DeadLetterPlace.First, 10)).Select(static dead => dead.ContactId).Order());
    }

    [Fact]
    public async Task Old_dead_letters_are_forgotten()
    {
        await _bench.SendAsync("a", Start, "c1");
        await _bench.CommitAsync("a", effects => effects.End(new("c1", DeliveryOutcome.GivenUp)));
        var dead = Assert.Single(await _bench.Outbox.ListDeadAsync("", DeadLetterPlace.First, 10));

        await _bench.Outbox.ForgetDeadAsync(dead.DiedAtMs);
        Assert.Single(await _bench.Outbox.ListDeadAsync("", DeadLetterPlace.First, 10));
        await _bench.Outbox.ForgetDeadAsync(dead.DiedAtMs + 1);
        Assert.Empty(await _bench.Outbox.ListDeadAsync("", DeadLetterPlace.First, 10));
    }

    [Fact]
    public async Task Counts_are_listed_by_pages()
    {
        for (var day = 1; day <= 3; day++)
        {
            await _bench.CommitAsync("a", effects => effects.RecordReceipt(new("spring", "sms", DeliveryOutcome.Delivered, day)));
        }

        var first = await _bench.Outbox.ListCountsAsync("spring", null, 2);
        var second = await _bench.Outbox.ListCountsAsync(null, first[1], 2);
        Assert.Equal([1, 2, 3], first.Concat(second).Select(count => count.Day));
        Assert.Empty(await _bench.Outbox.ListCountsAsync("autumn", null, 2));
    }

    [Fact]
    public async Task Many_who_lease_and_acknowledge_at_once_take_each_contact_once()
    {
        const int Customers = 300;
        for (var i = 0; i < Customers; i++)
        {
            await _bench.SendAsync($"k{i}", Start, $"c{i}-1", $"c{i}-2");
        }

        var taken = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var empty = 0; empty < 3;)
            {
                var leased = await _bench.LeaseAsync(Start, limit: 20);
                empty = leased.Count == 0 ? empty + 1 : 0;
                foreach (var contact in leased)
                {
                    taken.Enqueue(contact.ContactId);
                }

                var outcomes = await _bench.Outbox.AcknowledgeAsync([.. leased.Select(Held)], 20_000, Start);
                Assert.All(outcomes, outcome => Assert.Equal(SettlementOutcome.Settled, outcome));
            }
        })));

        Assert.Equal(2 * Customers, taken.Count);
        Assert.Equal(2 * Customers, taken.Distinct().Count());
        var order = taken.ToList();
        Assert.All(Enumerable.Range(0, Customers), i => Assert.True(order.IndexOf($"c{i}-1") < order.IndexOf($"c{i}-2")));
        Assert.Equal([$"spring sms 20000 Sent {2 * Customers}"], await _bench.CountsAsync());
    }
}

/// <summary>PostgreSQL does.</summary>
public sealed class PostgresOutboxTests() : OutboxContract(Backend.Postgres);

/// <summary>SQLite does.</summary>
public sealed class SqliteOutboxTests() : OutboxContract(Backend.Sqlite);

/// <summary>A store in memory does.</summary>
public sealed class MemoryOutboxTests() : OutboxContract(Backend.Memory);
