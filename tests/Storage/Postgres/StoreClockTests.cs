using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Zhice.Storage.Postgres;
using Zhice.Storage.Tests.Outbox;

namespace Zhice.Storage.Tests.Postgres;

/// <summary>Silos whose machines' clocks are apart.</summary>
public sealed class StoreClockTests
{
    [Theory]
    [InlineData(-90)]
    [InlineData(0)]
    [InlineData(60)]
    public async Task A_silo_goes_by_the_clock_of_the_database(int secondsAhead)
    {
        var clock = new StoreClock(new FakeTimeProvider(DateTimeOffset.UtcNow.AddSeconds(secondsAhead)));
        await using var store = await PostgresBackend.OpenAsync(await Databases.NewStoreAsync(), NullLogger.Instance, clock);
        Assert.InRange((clock.GetUtcNow() - DateTimeOffset.UtcNow).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Between_two_answers_time_goes_by_the_stopwatch_and_a_clock_that_is_set_changes_nothing()
    {
        var machine = new FakeTimeProvider(DateTimeOffset.UtcNow.AddHours(-1));
        var clock = new StoreClock(machine);
        await using var store = await PostgresBackend.OpenAsync(await Databases.NewStoreAsync(), NullLogger.Instance, clock);
        var before = clock.GetUtcNow();
        machine.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(before.AddSeconds(2), clock.GetUtcNow());
    }

    [Fact]
    public async Task Of_two_silos_a_minute_apart_neither_takes_what_the_other_has_out()
    {
        var place = await Databases.NewStoreAsync();
        var (early, late) = (new StoreClock(new FakeTimeProvider(DateTimeOffset.UtcNow.AddSeconds(-60))), new StoreClock(new FakeTimeProvider(DateTimeOffset.UtcNow.AddSeconds(60))));
        await using var one = await PostgresBackend.OpenAsync(place, NullLogger.Instance, early);
        await using var other = await PostgresBackend.OpenAsync(place, NullLogger.Instance, late);
        await using var bench = new OutboxBench(one, new TempFolder());
        await bench.SendAsync("a", Ms(early) - 10_000, "a1");

        Assert.Single(await bench.LeaseAsync(Ms(early)));
        Assert.Empty(
            (
                await other.Outbox.LeaseAsync(
                    new("sms", OutboxBench.AllBuckets, 100, Ms(late), Ms(late) + OutboxBench.Lease, OutboxBench.MaxAttempts))).Contacts);
        Assert.Empty(await other.Outbox.LeaseOverdueAsync(100, Ms(late), Ms(late) + OutboxBench.Lease));
    }

    private static long Ms(TimeProvider clock) => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
