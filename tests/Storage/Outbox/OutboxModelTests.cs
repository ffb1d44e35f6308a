using Xunit;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;
using Zhice.Storage.Outbox;
using Zhice.Storage.States;
using static Zhice.Storage.Tests.Outbox.OutboxBench;

namespace Zhice.Storage.Tests.Outbox;

/// <summary>
/// Each back end beside a naive model that is told the same, at random: customers send, consumers lease, acknowledge, refuse,
/// say things twice or too late, or are gone with what they held; time goes on. The two agree on every answer.
/// </summary>
public sealed class OutboxModelTests
{
    private static readonly string[] Customers = ["a", "b", "c", "客户", "020235"];

    [Theory]
    [InlineData(Backend.Memory, 1)]
    [InlineData(Backend.Memory, 2)]
    [InlineData(Backend.Memory, 3)]
    [InlineData(Backend.Sqlite, 1)]
    [InlineData(Backend.Sqlite, 2)]
    [InlineData(Backend.Sqlite, 3)]
    [InlineData(Backend.Postgres, 1)]
    [InlineData(Backend.Postgres, 2)]
    [InlineData(Backend.Postgres, 3)]
    public async Task A_store_answers_as_the_model_does_whatever_happens(Backend backend, int seed)
    {
        const int Steps = 400;
        await using var bench = await OpenAsync(backend);
        var (model, chance, nowMs) = (new NaiveOutbox(MaxAttempts), new Random(seed), Start);
        var (held, ended, out_) = (new List<LeasedContactRow>(), new HashSet<string>(), 0);
        for (var step = 0; step < Steps; step++)
        {
            switch (chance.Next(10))
            {
                case 0 or 1 or 2:
                    var (customer, contact) = (Customers[chance.Next(Customers.Length)], $"c{++out_}");
                    var (availableAtMs, life) = (nowMs + chance.Next(-5_000, 20_000), chance.Next(1_000, 200_000));
                    await bench.CommitAsync(customer, effects => effects.Send(Contact(contact, availableAtMs, life)));
                    model.Send(contact, customer, availableAtMs, availableAtMs + life);
                    break;
                case 3 or 4 or 5:
                    var buckets = Buckets(chance);
                    var limit = chance.Next(1, 5);
                    var leased = await bench.LeaseAsync(nowMs, limit, buckets);
                    Assert.Null(model.Lease(leased, buckets, limit, nowMs, nowMs + Lease));
                    Assert.DoesNotContain(leased, one => ended.Contains(one.ContactId));
                    held.AddRange(leased);
                    break;
                case 6 or 7 when held.Count > 0:
                    var told = held[chance.Next(held.Count)];
                    var outcome = await bench.AcknowledgeAsync(told, nowMs: nowMs);
                    Assert.Equal(model.Acknowledge(Held(told)), outcome);
                    Assert.True(outcome != SettlementOutcome.Settled || ended.Add(told.ContactId));
                    break;
                case 8 when held.Count > 0:
                    var refused = held[chance.Next(held.Count)];
                    var nextAtMs = nowMs + chance.Next(0, 10_000);
                    Assert.Equal(model.Return(Held(refused), nextAtMs), await bench.ReturnAsync(refused, nextAtMs, nowMs: nowMs));
                    break;
                default:
                    nowMs += chance.Next(1, 15_000);
                    await EndOverdueAsync();
                    break;
            }

            if (chance.Next(40) == 0)
            {
                held.Clear(); // A consumer died with all that it held.
            }
        }

        // In the end a consumer that behaves empties it: nothing was lost.
        for (var left = 0; left < 1_000 && model.Contacts.Any(); left++)
        {
            nowMs += 10_000;
            await EndOverdueAsync();
            var due = await bench.LeaseAsync(nowMs);
            Assert.Null(model.Lease(due, AllBuckets, 100, nowMs, nowMs + Lease));
            foreach (var one in due)
            {
                Assert.Equal(SettlementOutcome.Settled, await bench.AcknowledgeAsync(one, nowMs: nowMs));
                model.Remove(one.ContactId);
                Assert.True(ended.Add(one.ContactId));
            }
        }

        Assert.Equal(Enumerable.Range(1, out_).Select(n => $"c{n}").Order(), ended.Order());
        Assert.Equal(0, await bench.Outbox.CountAsync("sms"));
        Assert.Equal(out_, (await bench.Outbox.ListCountsAsync("spring", null, 100)).Sum(count => count.Count));

        async Task EndOverdueAsync()
        {
            var overdue = await bench.Outbox.LeaseOverdueAsync(100, nowMs, nowMs + Lease);
            Assert.Equal(model.LeaseOverdue(nowMs, nowMs + Lease), overdue.Select(one => one.ContactId).Order(StringComparer.Ordinal));
            foreach (var one in overdue)
            {
                model.Leased(one);
                if (chance.Next(3) > 0)
                {
                    await bench.CommitAsync(
                        one.CustomerId, effects => effects.End(new(one.ContactId, DeliveryOutcome.Expired, 20_000) { AtMs = nowMs }));
                    model.Remove(one.ContactId);
                    Assert.True(ended.Add(one.ContactId));
                }
            }
        }
    }

    private static byte[] Buckets(Random chance)
    {
        if (chance.Next(2) == 0)
        {
            return AllBuckets;
        }

        var buckets = new byte[CustomerBucket.Count];
        buckets[BucketOf(Customers[chance.Next(Customers.Length)])] = 1;
        return buckets;
    }
}
