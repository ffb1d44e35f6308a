using System.Collections.Concurrent;
using Xunit;
using Zhice.Domain.Effects;
using Zhice.Domain.Stocks;
using Zhice.Storage.Backends;
using Zhice.Storage.States;
using Zhice.Storage.Stock;

namespace Zhice.Storage.Tests.Stock;

/// <summary>What each back end must do with the stock of actions.</summary>
public abstract class StockContract(Backend backend) : IAsyncLifetime
{
    private const long Start = 1_800_000_000_000;
    private static readonly TimeSpan Ever = TimeSpan.FromDays(1);

    private readonly TempFolder _folder = new();
    private IBackend _store = null!;

    public async ValueTask InitializeAsync() => _store = await backend.OpenAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Leases_share_what_there_is_and_what_they_have_left_goes_back()
    {
        var leases = new List<StockLease>();
        while (await LeaseAsync(units: 20) is { } lease)
        {
            leases.Add(lease);
        }

        Assert.Equal(20, leases.Sum(static lease => lease.Units));
        Assert.InRange(leases.Count, 5, 20);
        Assert.Equal(new("card", 20, 20, 0), await LevelAsync());

        // Raised: as many more. Lowered below what is out: none.
        Assert.NotNull(await LeaseAsync(units: 21));
        Assert.Null(await LeaseAsync(units: 5));

        await _store.Stock.EndAsync([.. leases.Select(static lease => lease.LeaseId)]);
        await _store.Stock.EndAsync([.. leases.Select(static lease => lease.LeaseId)]);
        Assert.Equal(new("card", 1, 1, 0), await LevelAsync());
    }

    [Fact]
    public async Task A_write_that_takes_more_than_its_lease_has_is_left_out_alone_and_is_told_so()
    {
        var lease = (await LeaseAsync(units: 16))!.Value;
        Assert.Equal(2, lease.Units);
        StateWrite[] batch =
        [
            .. new[] { Taking("a", lease), Taking("b", lease), Taking("c", lease), Write("d", new()), Taking("e", new(Guid.NewGuid(), 9)) }
                .OrderBy(static write => write.Key),
        ];

        var outcomes = await _store.WriteAsync(batch);

        Assert.Equal(3, outcomes.Count(static outcome => outcome.IsWritten));
        Assert.Equal(2, outcomes.Count(static outcome => outcome is { IsWritten: false, EmptyLease: not null, CountedContact: null }));
        Assert.Equal(new("card", 2, 0, 2), await LevelAsync());
        foreach (var (write, outcome) in batch.Zip(outcomes))
        {
            Assert.Equal(outcome.IsWritten, await _store.ReadAsync(write.Key) is not null);
        }
    }

    [Fact]
    public async Task The_same_write_again_takes_nothing_more_and_is_written_though_its_lease_is_empty_now()
    {
        var lease = (await LeaseAsync(units: 1))!.Value;
        var write = Taking("a", lease);

        Assert.True((await WriteAsync(write)).IsWritten);
        Assert.True((await WriteAsync(write)).IsWritten);
        await _store.Stock.EndAsync([lease.LeaseId]);
        Assert.True((await WriteAsync(write)).IsWritten);
        Assert.Equal(lease.LeaseId, (await WriteAsync(Taking("b", lease))).EmptyLease);
        Assert.Equal(new("card", 1, 0, 1), await LevelAsync());
    }

    [Fact]
    public async Task A_kept_unit_goes_back_when_its_time_is_over_or_it_is_given_back_and_never_once_it_is_spent()
    {
        var lease = (await LeaseAsync(units: 80))!.Value;
        Assert.Equal(10, lease.Units);
        var versions = new Dictionary<string, long>();
        foreach (var customer in (string[])["spends", "returns", "forgets", "at-once"])
        {
            versions[customer] =
                (await WriteAsync(Write(customer, Took(lease, customer, customer == "at-once" ? null : Start + 100)))).Version;
        }

        Assert.Equal(new("card", 10, 6, 3), await LevelAsync());
        await WriteAsync(Write("spends", Ended("spends", isSpent: true), versions["spends"]));
        await WriteAsync(Write("returns", Ended("returns", isSpent: false), versions["returns"]));
        Assert.Equal(new("card", 10, 6, 2), await LevelAsync());

        await SweepAsync(Start + 50);
        Assert.Equal(new("card", 9, 6, 1), await LevelAsync());
        await SweepAsync(Start + 100);
        await SweepAsync(Start + 100);
        Assert.Equal(new("card", 8, 6, 0), await LevelAsync());
    }

    [Fact]
    public async Task A_unit_of_a_contact_that_is_void_goes_back_though_its_offer_would_have_spent_it()
    {
        var lease = (await LeaseAsync(units: 80))!.Value;
        var sent = await WriteAsync(Write("sent", Took(lease, "sent", Start + 100, goesBack: false)));
        var lost = await WriteAsync(Write("lost", Took(lease, "lost", Start + 100, goesBack: false)));
        Assert.True(sent.IsWritten);
        await WriteAsync(Write("lost", Ended("lost", isSpent: false), lost.Version));

        await SweepAsync(Start + 1_000);

        Assert.Equal(new("card", 9, 8, 0), await LevelAsync());
    }

    [Fact]
    public async Task What_is_kept_of_each_action_is_told_whatever_came_and_went_in_one_commit()
    {
        var (card, car) =
            ((await LeaseAsync(units: 800))!.Value, (await _store.Stock.LeaseAsync("car", 800, 1_000, "silo", Guid.NewGuid()))!.Value);
        var batch = Enumerable.Range(0, 60)
            .Select(i => Write($"c{i}", Took(i % 3 == 0 ? car : card, $"u{i}", Start + i, goesBack: i % 2 == 0)))
            .OrderBy(static write => write.Key)
            .ToArray();
        var versions = (await _store.WriteAsync(batch))
            .Zip(batch)
            .ToDictionary(static pair => pair.Second.Key, static pair => pair.First.Version);
        Assert.Equal([("car", 10), ("card", 20)], await KeptAsync());

        // Of each ten three are spent that could go back, and three given back that could not.
        var ends = Enumerable.Range(0, 60).Where(static i => i % 10 is 0 or 2 or 3 or 4 or 5 or 7)
            .Select(i => Write($"c{i}", Ended($"u{i}", isSpent: i % 2 == 0), versions[Keys.Customer($"c{i}")]))
                .OrderBy(static write => write.Key)
                .ToArray();
        Assert.All(await _store.WriteAsync(ends), static outcome => Assert.True(outcome.IsWritten));
        Assert.Equal(KeptOf(static i => i % 10 is 6 or 8 or 3 or 5 or 7), await KeptAsync());

        await SweepAsync(Start + 29);
        Assert.Equal(KeptOf(static i => i > 29 && i % 10 is 6 or 8), await KeptAsync());
        await SweepAsync(Start + 100);
        Assert.Equal([("car", 0), ("card", 0)], await KeptAsync());

        async Task<(string, int)[]> KeptAsync() =>
            [.. (await _store.Stock.ListAsync()).Select(static level => (level.ActionId, (int)level.Kept))];

        static (string, int)[] KeptOf(Func<int, bool> isKept) =>
            [
                ("car", Enumerable.Range(0, 60).Count(i => i % 3 == 0 && isKept(i))),
                ("card", Enumerable.Range(0, 60).Count(i => i % 3 != 0 && isKept(i)))];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_contact_that_gave_its_unit_back_and_takes_one_again_has_one(bool isSweptBetween)
    {
        var lease = (await LeaseAsync(units: 80))!.Value;
        var version = (await WriteAsync(Write("again", Took(lease, "again", Start + 100, goesBack: false)))).Version;
        version = (await WriteAsync(Write("again", Ended("again", isSpent: false), version))).Version;
        if (isSweptBetween)
        {
            await SweepAsync(Start + 50);
        }

        version = (await WriteAsync(Write("again", Took(lease, "again", Start + 100, goesBack: false), version))).Version;
        await SweepAsync(Start + 50);

        // One is out: what is granted and neither leased nor on its way back.
        Assert.Equal((1, 0), await LevelAsync() is var level ? (level.Granted - level.Leased, level.Kept) : default);
        await WriteAsync(Write("again", Ended("again", isSpent: false), version));
        await SweepAsync(Start + 50);
        Assert.Equal((0, 0), await LevelAsync() is var left ? (left.Granted - left.Leased, left.Kept) : default);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_an_owner_leased_who_is_seen_no_more_goes_back_and_the_living_keep_theirs()
    {
        Assert.NotNull(await LeaseAsync(units: 80, owner: "gone"));
        Assert.NotNull(await LeaseAsync(units: 80, owner: "alive"));

        await _store.Stock.SweepAsync("alive", [], Ever, Ever, Start);
        Assert.Equal(18, (await LevelAsync()).Leased);

        // Until it is not seen for so long: the store's own clock says when. A sweep sees who sweeps.
        do
        {
            await _store.Stock.SweepAsync("alive", [], Ever, TimeSpan.FromMilliseconds(25), Start);
        }
        while ((await LevelAsync()).Leased == 18);

        Assert.Equal(new("card", 8, 8, 0), await LevelAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_lease_whose_answer_was_lost_goes_back_by_its_id_or_once_its_owner_does_not_know_it()
    {
        var (known, lost) = ((await LeaseAsync(units: 80))!.Value, Guid.NewGuid());
        Assert.Equal(lost, (await _store.Stock.LeaseAsync("card", 80, 1_000, "silo", lost))!.Value.LeaseId);
        Assert.NotNull(await LeaseAsync(units: 80, owner: "other"));
        await _store.Stock.EndAsync([lost, Guid.NewGuid()]);
        Assert.Equal(17, (await LevelAsync()).Leased);

        // Another one, which its owner does not know: not as long as it is young.
        Assert.NotNull(await LeaseAsync(units: 80));
        await _store.Stock.SweepAsync("silo", [known.LeaseId], Ever, Ever, Start);
        Assert.Equal(24, (await LevelAsync()).Leased);
        do
        {
            await _store.Stock.SweepAsync("silo", [known.LeaseId], TimeSpan.FromMilliseconds(25), Ever, Start);
        }
        while ((await LevelAsync()).Leased == 24);

        Assert.Equal(17, (await LevelAsync()).Leased);
        Assert.True((await WriteAsync(Taking("a", known))).IsWritten);
    }

    [Fact]
    public async Task Whatever_owners_customers_and_sweeps_do_at_once_all_units_are_given_out_and_not_one_more()
    {
        const int Units = 300;
        const int Owners = 4;
        var (taken, refused) = (new ConcurrentBag<StateKey>(), 0);
        await Task.WhenAll(Enumerable.Range(0, Owners).Select(async owner =>
        {
            var (chance, next) = (new Random(owner), 0);
            while (await LeaseAsync(Units, $"o{owner}", limit: 20) is { } lease)
            {
                // Now and then more than it has, or after its end; each batch twice.
                var ends = chance.Next(4) == 0 ? _store.Stock.EndAsync([lease.LeaseId]) : Task.CompletedTask;
                var takes = Enumerable.Range(0, chance.Next(1, lease.Units + 3)).Select(_ => $"o{owner}-{next++}").ToArray();
                await Task.WhenAll(takes.Chunk(5).Select(async chunk =>
                {
                    StateWrite[] batch = [.. chunk.Select(customer => Taking(customer, lease)).OrderBy(static write => write.Key)];
                    var outcomes = await _store.WriteAsync(batch);
                    await _store.WriteAsync(batch);
                    foreach (var (write, outcome) in batch.Zip(outcomes))
                    {
                        if (outcome.IsWritten)
                        {
                            taken.Add(write.Key);
                        }
                        else
                        {
                            Assert.NotNull(outcome.EmptyLease);
                            Interlocked.Increment(ref refused);
                        }
                    }
                }));
                await ends;
                await _store.Stock.EndAsync([lease.LeaseId]);
                await _store.Stock.SweepAsync($"o{owner}", [], Ever, Ever, Start - 1);
            }
        }));

        Assert.Equal(Units, taken.Distinct().Count());
        Assert.True(refused > 0);
        Assert.Equal(new("card", Units, 0, Units), await LevelAsync());
    }

    private Task<StockLease?> LeaseAsync(long units, string owner = "silo", int limit = 1_000) =>
        _store.Stock.LeaseAsync("card", units, limit, owner, Guid.NewGuid());

    private Task SweepAsync(long nowMs) => _store.Stock.SweepAsync("silo", [], Ever, Ever, nowMs);

    private async Task<StockLevel> LevelAsync() => Assert.Single(await _store.Stock.ListAsync());

    private async Task<WriteOutcome> WriteAsync(StateWrite write) => (await _store.WriteAsync([write]))[0];

    private static StateWrite Taking(string customer, StockLease lease) => Write(customer, Took(lease, customer, Start + 100));

    private static StateWrite Write(string customer, CommitEffects effects, long expected = 0) =>
        StateWrite.Create(Keys.Customer(customer), expected, [1], effects);

    private static CommitEffects Took(StockLease lease, string contact, long? endsAtMs, bool goesBack = true)
    {
        var effects = new CommitEffects();
        effects.Take(new(contact, lease.LeaseId, endsAtMs, goesBack));
        return effects;
    }

    private static CommitEffects Ended(string contact, bool isSpent)
    {
        var effects = new CommitEffects();
        effects.EndUnit(new(contact, isSpent, Start + 10));
        return effects;
    }
}

/// <summary>The contract, kept by PostgreSQL.</summary>
public sealed class PostgresStockTests() : StockContract(Backend.Postgres);

/// <summary>The contract, kept by SQLite.</summary>
public sealed class SqliteStockTests() : StockContract(Backend.Sqlite);

/// <summary>The contract, kept in memory.</summary>
public sealed class MemoryStockTests() : StockContract(Backend.Memory);
