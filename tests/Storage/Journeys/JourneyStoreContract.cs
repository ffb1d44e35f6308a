using Xunit;
using Zhice.Domain.Effects;
using Zhice.Domain.Journeys;
using Zhice.Storage.Backends;
using Zhice.Storage.Journeys;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests.Journeys;

/// <summary>What each back end must do with the timers and the counts of journeys.</summary>
public abstract class JourneyStoreContract(Backend backend) : IAsyncLifetime
{
    private const long Start = 1_800_000_000_000;

    private readonly TempFolder _folder = new();
    private IBackend _store = null!;

    public async ValueTask InitializeAsync() => _store = await backend.OpenAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Timers_are_found_when_they_are_due_and_those_first_that_are_due_longest()
    {
        await SetAsync("客户+/020235", ("j1", 3, Start + 30));
        await SetAsync("a", ("j1", 1, Start + 10), ("j2", 1, Start + 20));
        await SetAsync("b", ("j1", 1, Start + 40));

        Assert.Empty(await DueAsync(Start + 9));
        Assert.Equal(["a j1 1", "a j2 1", "客户+/020235 j1 3"], Shown(await DueAsync(Start + 30)));
        Assert.Equal(Start + 10, (await DueAsync(Start + 30))[0].DueAtMs);
        Assert.Equal(1, await _store.Journeys.CountOverdueAsync(Start + 11));
    }

    [Fact]
    public async Task A_timer_that_is_set_again_has_its_new_time_and_generation_and_one_that_is_cancelled_is_gone()
    {
        var version = await SetAsync("a", ("j1", 1, Start + 10));
        version = await SetAsync("a", version, ("j1", 2, Start + 50));
        Assert.Empty(await DueAsync(Start + 49));
        Assert.Equal(["a j1 2"], Shown(await DueAsync(Start + 50)));
        await SetAsync("a", version, ("j1", 3, null));
        Assert.Empty(await DueAsync(Start + 99));
    }

    [Fact]
    public async Task Pages_and_parts_together_have_each_timer_once()
    {
        for (var n = 0; n < 60; n++)
        {
            await SetAsync($"c{n}", ("j1", 1, Start + (n % 7)), ("j2", 1, Start + (n % 5)));
        }

        var found = new List<string>();
        for (var part = 0; part < 3; part++)
        {
            for (DueTimer? last = null; await _store.Journeys.ListDueAsync(part, 3, last, Start + 100, 7) is { Count: > 0 } page; last = page[^1])
            {
                Assert.InRange(page.Count, 1, 7);
                Assert.Equal(
                    page.OrderBy(static timer => timer.DueAtMs).Select(static timer => timer.DueAtMs),
                    page.Select(static timer => timer.DueAtMs));
                found.AddRange(Shown(page));
            }
        }

        Assert.Equal(120, found.Count);
        Assert.Equal(120, found.Distinct().Count());
    }

    [Fact]
    public async Task Moves_are_counted_with_their_commit_and_once_however_often_it_is_written()
    {
        var move = new JourneyMove(1, 2, 0, 3, 4, TransitionCause.Event, 9, Start, 10_000);
        var effects = new CommitEffects();
        effects.CountMove(move);
        effects.CountMove(move with { Cause = TransitionCause.Time, EventType = 0 });
        var write = StateWrite.Create(Keys.Customer("a"), 0, [1], effects);
        Assert.True((await _store.WriteAsync([write]))[0].IsWritten);
        Assert.True((await _store.WriteAsync([write]))[0].IsWritten);
        var other = new CommitEffects();
        other.CountMove(move);
        await _store.WriteAsync([StateWrite.Create(Keys.Customer("b"), 0, [1], other)]);
        await _store.WriteAsync([StateWrite.Create(Keys.Customer("b"), 7, [1], other)]);

        var counts = await _store.Journeys.ListCountsAsync(1);
        Assert.Equal(
            [(TransitionCause.Event, 2L), (TransitionCause.Time, 1L)], counts.Select(static count => (count.Move.Cause, count.Count)));
        Assert.Equal(
            (2, (ushort)3, (ushort)4, (ushort)9),
            (counts[0].Move.Version, counts[0].Move.From, counts[0].Move.To, counts[0].Move.EventType));
        Assert.InRange(counts[0].Move.StayedMs, 9_000, 11_000);
        Assert.Empty(await _store.Journeys.ListCountsAsync(2));
    }

    private Task<IReadOnlyList<DueTimer>> DueAsync(long nowMs) => _store.Journeys.ListDueAsync(0, 1, null, nowMs, 100);

    private static IEnumerable<string> Shown(IEnumerable<DueTimer> timers) =>
        timers.Select(static timer => $"{timer.CustomerId} {timer.Step} {timer.Generation}");

    private Task<long> SetAsync(string customer, params (string Step, long Generation, long? DueAtMs)[] timers) =>
        SetAsync(customer, 0, timers);

    private async Task<long> SetAsync(string customer, long expected, params (string Step, long Generation, long? DueAtMs)[] timers)
    {
        var effects = new CommitEffects();
        foreach (var (step, generation, due) in timers)
        {
            effects.Change(new(step, generation, due));
        }

        return (await _store.WriteAsync([StateWrite.Create(Keys.Customer(customer), expected, [1], effects)]))[0].Version;
    }
}

/// <summary>The contract, kept by PostgreSQL.</summary>
public sealed class PostgresJourneyTests() : JourneyStoreContract(Backend.Postgres);

/// <summary>The contract, kept by SQLite.</summary>
public sealed class SqliteJourneyTests() : JourneyStoreContract(Backend.Sqlite);

/// <summary>The contract, kept in memory.</summary>
public sealed class MemoryJourneyTests() : JourneyStoreContract(Backend.Memory);
