using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Contacts;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Effects;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;
using Zhice.Postgres;
using Zhice.Storage.Backends;
using Zhice.Storage.Decisions;
using Zhice.Storage.Erasures;
using Zhice.Storage.Evaluations;
using Zhice.Storage.Memory.Erasures;
using Zhice.Storage.Postgres;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;
using Zhice.Storage.Tests.Postgres;

namespace Zhice.Storage.Tests.Erasures;

/// <summary>What each back end must do to erase a customer.</summary>
public abstract class ErasureContract(Backend backend) : IAsyncLifetime
{
    private const string Canary = "canary-6217000010000002026-xinghua";
    private const string Other = "020235";

    private static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    private static readonly ErasureRequest Asked = new("request-1", "wang", "the customer asked in branch 7", Now);

    private readonly TempFolder _folder = new();
    private IBackend _store = null!;

    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    private protected virtual Task<IBackend> OpenAsync() => backend.OpenAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task All_rows_of_the_customer_go_and_those_of_others_stay()
    {
        await FillAsync(Canary, "c");
        await FillAsync(Other, "o");

        var request = await EraseAsync(Canary, EvidenceRules.None);

        Assert.Null(await _store.ReadAsync(Keys.Customer(Canary)));
        Assert.Equal(
            [
                "consent_word 1", "contact_ledger 2", "customer_timer 1", "decision_log 1", "fact 1", "given_answer 1", "grain_state 1",
                "outbox 1"],
            (await _store.Erasures.ListCountsAsync(request)).Select(static rows => $"{rows.Place} {rows.Rows}"));
        Assert.Empty(await _store.Erasures.ListContactsAsync(Canary));
        Assert.Empty(await _store.Consents.ListAsync(Canary, null, 10));
        Assert.Empty(await _store.Erasures.FindPresentAsync(10));

        Assert.NotNull(await _store.ReadAsync(Keys.Customer(Other)));
        Assert.Single(await _store.Erasures.ListContactsAsync(Other));
        Assert.Single(await _store.Consents.ListAsync(Other, null, 10));
        Assert.Single(await _store.Journeys.ListDueAsync(0, 1, null, Now + 10_000, 10));
    }

    [Fact]
    public async Task The_rows_of_each_table_are_read_by_column()
    {
        await FillAsync(Canary, "c");
        await FillAsync(Other, "o");

        foreach (var table in CustomerPlaces.Rows.Except(["dead_letter"]))
        {
            var rows = await _store.Erasures.ReadRowsAsync(Canary, table);
            Assert.Equal(table == "contact_ledger" ? 2 : 1, rows.Count);
            Assert.All(rows, static row => Assert.NotEmpty(row.Values));
        }

        Assert.Empty(await _store.Erasures.ReadRowsAsync(Canary, "dead_letter"));
        Assert.Equal("c1", (await _store.Erasures.ReadRowsAsync(Canary, "outbox"))[0]["contact_id"]);
        await Assert.ThrowsAsync<ArgumentException>(() => _store.Erasures.ReadRowsAsync(Canary, "grain_state; --"));
    }

    [Fact]
    public async Task An_erased_customer_is_not_kept_again_until_the_tombstone_is_lifted()
    {
        await FillAsync(Canary, "c");
        await EraseAsync(Canary, EvidenceRules.None);

        Assert.True((await WriteAsync(Canary, 0)).IsErased);
        StateWrite[] two = [StateWrite.Create(Keys.Customer(Canary), 0, [1]), StateWrite.Create(Keys.Customer("new"), 0, [1])];
        Array.Sort(two, static (one, other) => one.Key.CompareTo(other.Key));
        Assert.Equal([true, false], (await _store.WriteAsync(two)).Select(static outcome => outcome.IsErased).OrderDescending());
        await _store.Facts.AppendAsync(
            Guid.NewGuid(), [Fact.Of(FactKind.Behaved, "e", Now, 20_000, FactGroup.None) with { CustomerId = Canary }]);
        Assert.Empty(await _store.Erasures.ReadRowsAsync(Canary, "fact"));
        Assert.NotNull(await _store.ReadAsync(Keys.Customer("new")));
        Assert.False(await _store.Bulk.TryInsertAsync([StateWrite.Create(Keys.Customer(Canary), 0, [1])]));
        Assert.True((await _store.Bulk.WriteAsync([StateWrite.Create(Keys.Customer(Canary), 0, [1])]))[0].IsErased);
        var decision = await DecideAsync(Canary);
        Assert.Null(await _store.Decisions.FindAsync(decision, Canary));
        Assert.Equal([Canary], await _store.Erasures.FindErasedAsync([Other, Canary, "new", Canary]));

        Assert.True(await _store.Erasures.LiftAsync(Canary));
        Assert.Empty(await _store.Erasures.FindErasedAsync([Other, Canary]));
        Assert.Empty(await _store.Erasures.FindErasedAsync([]));
        Assert.False(await _store.Erasures.LiftAsync(Canary));
        Assert.True((await WriteAsync(Canary, 0)).IsWritten);
    }

    [Fact]
    public async Task A_write_of_the_version_before_the_erasure_is_stale()
    {
        var version = (await WriteAsync(Canary, 0)).Version;
        await EraseAsync(Canary, EvidenceRules.None);

        Assert.Equal(WriteOutcome.Stale(0), await WriteAsync(Canary, version));
        Assert.True(await _store.Erasures.LiftAsync(Canary));
        Assert.True((await WriteAsync(Canary, 0)).Version > version);
    }

    [Fact]
    public async Task A_request_is_found_until_it_ends_and_then_has_a_certificate_instead_of_the_id()
    {
        var begun = await _store.Erasures.BeginAsync(Canary, Asked);
        Assert.Equal(begun.IdHash, (await _store.Erasures.BeginAsync(Canary, Asked with { Actor = "li" })).IdHash);
        Assert.Equal((Canary, "wang"), (Assert.Single(await _store.Erasures.ListOpenAsync(10)).CustomerId, begun.Actor));

        await _store.Erasures.EndAsync(begun, [1, 2], Now + 5);
        await _store.Erasures.EndAsync(begun, [3], Now + 9);

        Assert.Empty(await _store.Erasures.ListOpenAsync(10));
        var ended = Assert.Single(await _store.Erasures.ListAsync(null, 10));
        Assert.Equal(((long?)Now + 5, null, "0102"), (ended.EndedAtMs, ended.CustomerId, Convert.ToHexString(ended.Certificate.AsSpan())));
        Assert.Empty(await _store.Erasures.ListCountsAsync(begun));

        await _store.Erasures.BeginAsync(Canary, Asked with { RequestId = "request-2" });
        Assert.Equal(["request-2", "request-1"], (await _store.Erasures.ListAsync(null, 10)).Select(static each => each.RequestId));
        Assert.Equal(
            "request-1",
            Assert.Single(await _store.Erasures.ListAsync((await _store.Erasures.ListAsync(null, 1))[0].Number, 10)).RequestId);
    }

    [Fact]
    public async Task What_is_removed_in_several_tries_is_counted_once()
    {
        await FillAsync(Canary, "c");
        var request = await EraseAsync(Canary, EvidenceRules.None);
        await _store.Erasures.RemoveRowsAsync(Canary, request, EvidenceRules.None);
        await _store.Erasures.AddCountAsync(request, "audience-list", 2);
        await _store.Erasures.AddCountAsync(request, "audience-list", 1);

        var counts = (await _store.Erasures.ListCountsAsync(request)).ToDictionary(static rows => rows.Place, static rows => rows.Rows);
        Assert.Equal((1, 2, 3), (counts["grain_state"], counts["contact_ledger"], counts["audience-list"]));
    }

    [Fact]
    public async Task A_proof_that_names_nobody_stays_where_it_is_configured_until_its_time_is_over()
    {
        await FillAsync(Canary, "c");
        Assert.Equal(0, await CountEvidenceAsync());
        await EraseAsync(Canary, new EvidenceRules(ConsentDays: 1_095, ContactDays: 1_095));
        Assert.Equal(2, await CountEvidenceAsync());

        await _store.Retention.KeepAsync(new() { LedgerDays = 100, EvaluationDays = 100 }, DateTimeOffset.UtcNow);
        Assert.Equal(2, await CountEvidenceAsync());
    }

    /// <summary>How many proofs the store has; no row of them has the id, and the two contacts of a day are one.</summary>
    private protected abstract Task<long> CountEvidenceAsync();

    private protected IBackend Store => _store;

    private protected TempFolder Folder => _folder;

    [Fact]
    public async Task Tombstones_of_another_copy_find_whom_a_backup_brought_back()
    {
        await WriteAsync(Canary, 0);
        await WriteAsync(Other, 0);
        var salt = Enumerable.Range(1, 32).Select(static each => (byte)each).ToArray();
        var stones = new Tombstones([.. salt], [IdHash.Compute(salt, Encoding.UTF8.GetBytes(Canary))]);

        Assert.True(await _store.Erasures.AddTombstonesAsync(stones, Now));
        Assert.True(await _store.Erasures.AddTombstonesAsync(stones, Now));

        Assert.Equal([Canary], await _store.Erasures.FindPresentAsync(10));
        var here = await _store.Erasures.ListTombstonesAsync();
        Assert.Equal(stones.Salt, here.Salt);
        Assert.Equal(stones.IdHashes[0], Assert.Single(here.IdHashes));
        Assert.False(await _store.Erasures.AddTombstonesAsync(stones with { Salt = [.. salt.Reverse()] }, Now));
    }

    [Fact]
    public async Task Pages_of_evaluations_are_listed_by_shard_over_all_campaigns()
    {
        var shard = (short)Keys.Customer(Canary).Bucket;
        foreach (var (campaign, run, page) in new[] { ("a", 1L, 1L), ("a", 2L, 1L), ("a", 2L, 2L), ("b", 1L, 1L) })
        {
            await _store.Evaluations.WriteAsync(new(campaign, run, shard, page, EvaluationPage.ToBytes([])));
            await _store.Evaluations.WriteAsync(new(campaign, run, (short)(shard == 0 ? 1 : 0), page, EvaluationPage.ToBytes([])));
        }

        var found = new List<string>();
        for (EvaluationRow? last = null; await _store.Erasures.ListPagesAsync(shard, last, 2) is { Count: > 0 } page; last = page[^1])
        {
            found.AddRange(page.Select(static each => $"{each.CampaignId}{each.Run}{each.Page}"));
        }

        Assert.Equal(["a11", "a21", "a22", "b11"], found);
    }

    [Fact]
    public async Task Grains_of_a_type_are_listed_by_how_their_keys_end()
    {
        foreach (var (type, key) in new[] { ("audience-list", "a/1/77"), ("audience-list", "b/1/177"), ("audience-list", "b/1/7"), ("bulk-operation", "x/77") })
        {
            Assert.True(
                (await _store.WriteAsync([StateWrite.Create(new(type, "state", Encoding.UTF8.GetBytes(key)), 0, [1])]))[0].IsWritten);
        }

        Assert.Equal(["a/1/77"], await _store.Erasures.ListGrainsAsync("audience-list", "/77"));
        Assert.Equal(
            ["a/1/77", "b/1/177", "b/1/7"], (await _store.Erasures.ListGrainsAsync("audience-list", "")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_write_under_way_when_the_erasure_begins_leaves_nothing()
    {
        var begun = await _store.Erasures.BeginAsync(Canary, Asked);
        var writes = Enumerable.Range(0, 20).Select(_ => Task.Run(() => WriteAsync(Canary, 0))).ToArray();
        await _store.Erasures.RemoveStateAsync(Canary, begun);
        await Task.WhenAll(writes);

        Assert.Null(await _store.ReadAsync(Keys.Customer(Canary)));
    }

    private async Task<ErasureRequest> EraseAsync(string customer, EvidenceRules rules)
    {
        var request = await _store.Erasures.BeginAsync(customer, Asked);
        await _store.Erasures.RemoveStateAsync(customer, request);
        await _store.Erasures.RemoveRowsAsync(customer, request, rules);
        return request;
    }

    private async Task<WriteOutcome> WriteAsync(string customer, long expected) =>
        (await _store.WriteAsync([StateWrite.Create(Keys.Customer(customer), expected, [1])]))[0];

    private async Task<DecisionId> DecideAsync(string customer)
    {
        var id = DecisionId.Create(Now, 1, customer);
        await _store.Decisions.AppendAsync([new DecisionRow(id, customer, [7])]);
        return id;
    }

    private async Task FillAsync(string customer, string contact)
    {
        var effects = new CommitEffects();
        effects.Count(new($"{contact}1", Now));
        effects.Count(new($"{contact}2", Now));
        effects.Send(new($"{contact}1", "sms", Now, Now + 60_000, [1]));
        effects.Change(new("j1", 1, Now + 1_000));
        effects.Keep(new(2, Purpose.Marketing, IsGranted: false, Now) { EvidenceId = "form 7", RecordedAtMs = Now });
        effects.KeepAnswer(new(77, 1, Now, 1, [1]));
        effects.Record(Fact.Of(FactKind.Seen, $"{contact}1", Now, 20_000, FactGroup.None));
        Assert.True((await _store.WriteAsync([StateWrite.Create(Keys.Customer(customer), 0, [1], effects)]))[0].IsWritten);
        await DecideAsync(customer);
    }
}

/// <summary>Erasures in memory.</summary>
public sealed class MemoryErasureTests() : ErasureContract(Backend.Memory)
{
    private protected override Task<long> CountEvidenceAsync() => Task.FromResult((long)((MemoryErasures)Store.Erasures).Evidence.Count);
}

/// <summary>Erasures in SQLite.</summary>
public sealed class SqliteErasureTests() : ErasureContract(Backend.Sqlite)
{
    private protected override Task<long> CountEvidenceAsync()
    {
        using var connection = SqliteDatabase.Open(Folder.Database, onlyReads: true);
        return Task.FromResult(connection.Scalar<long>("SELECT count(*) FROM erasure_evidence"));
    }
}

/// <summary>Erasures in PostgreSQL.</summary>
public sealed class PostgresErasureTests() : ErasureContract(Backend.Postgres)
{
    private protected override async Task<long> CountEvidenceAsync()
    {
        await using var connection = new NpgsqlConnection(At.SchemaConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM erasure_evidence", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private PostgresStore At { get; set; } = null!;

    private protected override async Task<IBackend> OpenAsync() =>
        await PostgresBackend.OpenAsync(At = await Databases.NewStoreAsync(), NullLogger.Instance);
}
