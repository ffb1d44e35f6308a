using Xunit;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;
using Zhice.Storage.Outbox;
using static Zhice.Storage.Tests.Outbox.OutboxBench;

namespace Zhice.Storage.Tests.Outbox;

/// <summary>What each back end must do with contacts that wait behind another of their customer's.</summary>
public abstract class OutboxQueueContract(Backend backend) : IAsyncLifetime
{
    private const long RetryAt = Start + 3_600_000;

    private OutboxBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await OpenAsync(backend);

    public async ValueTask DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task What_waits_behind_a_retry_leaves_the_head_of_the_queue_and_others_pass()
    {
        await BlockAsync("a", "b", "c");
        await _bench.CommitAsync("d", static effects => effects.Send(Contact("fresh", Start + 2, life: 2 * 3_600_000)));

        var fresh = Assert.Single(await _bench.LeaseAsync(Start + 2, limit: 1));
        Assert.Equal("fresh", fresh.ContactId);
        await _bench.AcknowledgeAsync(fresh, nowMs: Start + 2);

        var waiting = await _bench.Outbox.ListWaitingAsync(new("sms", ""), WaitingPlace.First, 10);
        Assert.All(
            waiting.Where(static row => row.ContactId.EndsWith("-2", StringComparison.Ordinal)),
            static row => Assert.Equal(RetryAt, row.Place.NextAtMs));
        Assert.Empty(await _bench.LeaseAsync(RetryAt - 1));
        Assert.Equal(["a-1", "b-1", "c-1"], (await _bench.LeaseAsync(RetryAt)).Select(static contact => contact.ContactId).Order());
        Assert.Empty(await _bench.LeaseAsync(RetryAt + 1));
    }

    [Fact]
    public async Task The_next_goes_at_once_when_the_one_before_it_is_acknowledged_long_before_its_lease_is_over()
    {
        await _bench.SendAsync("a", Start, "a-1", "a-2", "a-3");
        for (var i = 1; i <= 3; i++)
        {
            var leased = Assert.Single(await _bench.LeaseAsync(Start + i));
            Assert.Equal($"a-{i}", leased.ContactId);
            Assert.Empty(await _bench.LeaseAsync(Start + i));
            Assert.Equal(SettlementOutcome.Settled, await _bench.AcknowledgeAsync(leased, nowMs: Start + i));
        }
    }

    [Fact]
    public async Task The_next_goes_at_once_when_the_one_before_it_ends_in_a_commit()
    {
        await BlockAsync("a");
        Assert.Empty(await _bench.LeaseAsync(Start + 1));

        await _bench.CommitAsync("a", static effects => effects.End(new("a-1", DeliveryOutcome.Withdrawn, 20_000) { AtMs = Start + 2 }));

        Assert.Equal("a-2", Assert.Single(await _bench.LeaseAsync(Start + 2)).ContactId);
    }

    [Fact]
    public async Task Two_that_end_in_one_commit_wake_the_one_behind_both()
    {
        await BlockAsync("a");
        await _bench.SendAsync("a", Start + 1, "a-3");
        Assert.Empty(await _bench.LeaseAsync(Start + 1));

        await _bench.CommitAsync("a", static effects =>
        {
            effects.End(new("a-1", DeliveryOutcome.Withdrawn, 20_000) { AtMs = Start + 2 });
            effects.End(new("a-2", DeliveryOutcome.Withdrawn, 20_000) { AtMs = Start + 2 });
        });

        Assert.Equal("a-3", Assert.Single(await _bench.LeaseAsync(Start + 2)).ContactId);
        Assert.Equal(["spring sms 20000 Withdrawn 2"], await _bench.CountsAsync());
    }

    [Fact]
    public async Task The_next_goes_at_once_when_the_one_before_it_is_kept_back()
    {
        await _bench.SendAsync("a", Start, "a-1", "a-2");
        var first = Assert.Single(await _bench.LeaseAsync(Start));
        Assert.Empty(await _bench.LeaseAsync(Start));

        await _bench.Outbox.DeferAsync([new(Held(first), RetryAt, first.ExpiresAtMs, "held")], Start + 1);

        Assert.Equal("a-2", Assert.Single(await _bench.LeaseAsync(Start + 1)).ContactId);
    }

    [Fact]
    public async Task What_waits_behind_one_that_is_due_and_comes_later_in_the_queue_does_not_stand_in_its_way()
    {
        // The first of each is tried, and due again after many of its like, whose second lies before it in the queue.
        for (var i = 0; i < 20; i++)
        {
            await _bench.SendAsync($"k{i}", Start, $"k{i}-1");
        }

        foreach (var leased in await _bench.LeaseAsync(Start))
        {
            await _bench.ReturnAsync(leased, Start + 5_000);
        }

        for (var i = 0; i < 20; i++)
        {
            await _bench.SendAsync($"k{i}", Start + 1, $"k{i}-2", $"k{i}-3");
        }

        var gone = new List<string>();
        for (var nowMs = Start + 5_000; gone.Count < 60 && nowMs < Start + 10_000; nowMs++)
        {
            foreach (var leased in await _bench.LeaseAsync(nowMs, limit: 3))
            {
                gone.Add(leased.ContactId);
                await _bench.AcknowledgeAsync(leased, nowMs: nowMs);
            }
        }

        Assert.Equal(60, gone.Distinct().Count());
        Assert.All(
            Enumerable.Range(0, 20),
            i => Assert.Equal([$"k{i}-1", $"k{i}-2", $"k{i}-3"], gone.Where(id => id.StartsWith($"k{i}-", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task What_is_put_in_with_an_earlier_time_than_what_went_is_found()
    {
        await _bench.SendAsync("a", Start + 500, "a-1");
        Assert.Single(await _bench.LeaseAsync(Start + 1_000));
        Assert.Empty(await _bench.LeaseAsync(Start + 1_000));

        await _bench.SendAsync("b", Start + 100, "late");
        Assert.Equal("late", Assert.Single(await _bench.LeaseAsync(Start + 1_000)).ContactId);
    }

    [Fact]
    public async Task Where_very_many_wait_each_lease_is_short_and_the_next_goes_on_until_what_is_free_behind_them_is_found()
    {
        var customers = Enumerable.Range(0, 1_500).Select(static i => $"k{i}").ToArray();
        await BlockAsync(customers);
        await _bench.CommitAsync("free", static effects => effects.Send(Contact("fresh", Start + 2, life: 2 * 3_600_000)));

        var answers = new List<LeaseAnswer>();
        while (answers.Count < 40 && (answers.Count == 0 || answers[^1] is { Contacts: [], HasMore: true }))
        {
            answers.Add(await _bench.AskAsync(Start + 2, limit: 10));
        }

        // Three turns of 500; on a busy machine a turn looks at fewer.
        Assert.InRange(answers.Count, 2, 30);
        Assert.Equal("fresh", Assert.Single(answers[^1].Contacts).ContactId);
        Assert.Equal(SettlementOutcome.Settled, await _bench.AcknowledgeAsync(answers[^1].Contacts[0], nowMs: Start + 2));
    }

    [Fact]
    public async Task What_leases_pass_over_is_put_behind_beside_them_and_none_of_it_is_lost()
    {
        var customers = Enumerable.Range(0, 700).Select(static i => $"k{i}").ToArray();
        await BlockAsync(customers);
        while ((await _bench.AskAsync(Start + 2)).HasMore)
        {
        }

        // While they are put behind, the first of some end, and the next of each goes.
        foreach (var customer in customers.Where(static (_, i) => i % 7 == 0))
        {
            await _bench.CommitAsync(
                customer, effects => effects.End(new($"{customer}-1", DeliveryOutcome.Withdrawn, 20_000) { AtMs = Start + 3 }));
        }

        await _bench.Outbox.BesideLeases;
        var gone = new List<string>();
        for (var asked = 0; gone.Count < 100 && asked < 20; asked++)
        {
            gone.AddRange((await _bench.LeaseAsync(Start + 4)).Select(static contact => contact.ContactId));
            await _bench.Outbox.BesideLeases;
        }

        Assert.Equal(customers.Where(static (_, i) => i % 7 == 0).Select(static customer => $"{customer}-2").Order(), gone.Order());
        var waiting = await _bench.Outbox.ListWaitingAsync(new("sms", ""), WaitingPlace.First, 2_000);
        Assert.All(
            waiting.Where(row => row.ContactId.EndsWith("-2", StringComparison.Ordinal) && !gone.Contains(row.ContactId)),
            static row => Assert.Equal(RetryAt, row.Place.NextAtMs));
    }

    // The first contact of each waits for a retry, and the second behind it.
    private async Task BlockAsync(params string[] customers)
    {
        await _bench.CommitAsync(
            customers, static (customer, effects) => effects.Send(Contact($"{customer}-1", Start, life: 2 * 3_600_000)));
        var leased = await _bench.LeaseAsync(Start, limit: customers.Length);
        await _bench.Outbox.ReturnAsync([.. leased.Select(static contact => new ReturnedContact(Held(contact), RetryAt, "busy"))], Start);
        await _bench.CommitAsync(
            customers, static (customer, effects) => effects.Send(Contact($"{customer}-2", Start + 1, life: 2 * 3_600_000)));
    }
}

/// <summary>PostgreSQL does.</summary>
public sealed class PostgresOutboxQueueTests() : OutboxQueueContract(Backend.Postgres);

/// <summary>SQLite does.</summary>
public sealed class SqliteOutboxQueueTests() : OutboxQueueContract(Backend.Sqlite);

/// <summary>A store in memory does.</summary>
public sealed class MemoryOutboxQueueTests() : OutboxQueueContract(Backend.Memory);
