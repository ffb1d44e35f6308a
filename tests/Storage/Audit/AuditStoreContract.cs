using Xunit;
using Zhice.Domain.Audit;
using Zhice.Storage.Audit;
using Zhice.Storage.Backends;

namespace Zhice.Storage.Tests.Audit;

/// <summary>What each back end must do with the audit trail.</summary>
public abstract class AuditStoreContract(Backend backend) : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private IBackend _store = null!;

    public async ValueTask InitializeAsync() => _store = await backend.OpenAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Entries_are_linked_in_the_order_of_their_batches_and_read_as_they_were_written()
    {
        AuditEntry[] entries =
            [Entry("wang", "c1", AuditStage.Begun), Entry("王\uFFFD", "客户/+", AuditStage.Done), Entry("", "", AuditStage.Refused)];
        await _store.Audit.AppendAsync(entries[..2]);
        var head = await _store.Audit.AppendAsync(entries[2..]);

        var links = await _store.Audit.ReadAsync(0, 100);
        Assert.Equal(entries.Select(AuditEntryCodec.Write), links.Select(static link => link.Content));
        Assert.Equal([1, 2, 3], links.Select(static link => link.Sequence));
        Assert.Equal(head.Hash, (await _store.Audit.FindHeadAsync()).Hash);
        Assert.Equal([3], (await _store.Audit.ReadAsync(2, 100)).Select(static link => link.Sequence));
        Assert.Empty(await FaultsAsync());
    }

    [Fact]
    public async Task Those_who_add_at_once_make_one_chain()
    {
        await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i =>
                Task.Run(() => _store.Audit.AppendAsync([Entry($"a{i}", "c", AuditStage.Begun), Entry($"a{i}", "c", AuditStage.Done)]))));

        Assert.Equal(40, (await _store.Audit.FindHeadAsync()).Sequence);
        Assert.Empty(await FaultsAsync());
    }

    [Fact]
    public async Task A_new_store_has_an_empty_chain_of_its_own()
    {
        var head = await _store.Audit.FindHeadAsync();

        Assert.Equal(0, head.Sequence);
        Assert.Equal(new byte[AuditChain.HashBytes], head.Hash);
        Assert.NotEqual(Guid.Empty, head.ChainId);
        Assert.Empty(await _store.Audit.ReadAsync(0, 10));
    }

    [Fact]
    public async Task A_filter_finds_the_newest_first_page_by_page()
    {
        for (var i = 0; i < 6; i++)
        {
            await _store.Audit.AppendAsync(
                [Entry(i % 2 == 0 ? "wang" : "li", $"c{i % 3}", AuditStage.Done) with { Outcome = i == 5 ? "STALE_ETAG" : "OK" }]);
        }

        var all = await _store.Audit.ReadAsync(0, 100);
        var newest = all[^1].AtMs;
        Assert.Equal([6, 5, 4, 3, 2, 1], await FindAsync(new()));
        Assert.Equal([5, 3, 1], await FindAsync(new() { Actor = "wang" }));
        Assert.Equal([3], await FindAsync(new() { Actor = "wang" }, below: 5, limit: 1));
        Assert.Equal([4, 1], await FindAsync(new() { TargetKind = "customer", TargetId = "c0" }));
        Assert.Equal([6], await FindAsync(new() { Outcome = "STALE_ETAG" }));
        Assert.Empty(await FindAsync(new() { TargetKind = "campaign" }));
        Assert.Empty(await FindAsync(new() { Method = "none" }));
        Assert.Empty(await FindAsync(new() { FromMs = newest + 1 }));
        Assert.Empty(await FindAsync(new() { UntilMs = all[0].AtMs }));
        Assert.Equal([6, 5, 4, 3, 2, 1], await FindAsync(new() { FromMs = all[0].AtMs, UntilMs = newest + 1, Method = "m/M" }));
    }

    [Fact]
    public async Task Of_two_checkpoints_with_one_number_the_first_is_kept()
    {
        Assert.True(await _store.Audit.TryKeepAsync(new(1, "one")));
        Assert.False(await _store.Audit.TryKeepAsync(new(1, "other")));
        Assert.True(await _store.Audit.TryKeepAsync(new(2, "two")));

        Assert.Equal([new(2, "two"), new(1, "one")], await _store.Audit.ListCheckpointsAsync(long.MaxValue, 10));
        Assert.Equal([new(1, "one")], await _store.Audit.ListCheckpointsAsync(2, 10));
    }

    private static AuditEntry Entry(string actor, string customer, AuditStage stage) => new()
    {
        Stage = stage,
        CallId = Guid.NewGuid(),
        Actor = actor,
        Method = "m/M",
        TargetKind = customer.Length > 0 ? "customer" : "",
        TargetId = customer,
        Outcome = "OK",
        Changes = [new("tags[city]", "", "***")],
    };

    private async Task<IEnumerable<long>> FindAsync(AuditFilter filter, long below = long.MaxValue, int limit = 100) =>
        (await _store.Audit.ListAsync(filter, below, limit)).Select(static link => link.Sequence);

    private async Task<IReadOnlyList<AuditFault>> FaultsAsync()
    {
        var head = await _store.Audit.FindHeadAsync();
        var verifier = new AuditVerifier(head.ChainId, []);
        foreach (var link in await _store.Audit.ReadAsync(0, 1_000))
        {
            verifier.Add(link);
        }

        verifier.End(head);
        return verifier.Faults;
    }
}

/// <summary>The audit trail in memory.</summary>
public sealed class MemoryAuditTests() : AuditStoreContract(Backend.Memory);

/// <summary>The audit trail in SQLite.</summary>
public sealed class SqliteAuditTests() : AuditStoreContract(Backend.Sqlite);

/// <summary>The audit trail in PostgreSQL.</summary>
public sealed class PostgresAuditTests() : AuditStoreContract(Backend.Postgres);
