using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Effects;
using Zhice.Domain.Faults;
using Zhice.Postgres;
using Zhice.Storage.Outbox;
using Zhice.Storage.Postgres;
using Zhice.Storage.States;
using Zhice.TestBank;

namespace Zhice.Storage.Tests.Postgres;

/// <summary>A primary that commits nothing which its synchronous standby has not, and a standby that is away, slow and promoted.</summary>
[Trait("Category", "Slow")]
public sealed class StandbyTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private PostgresServer? _primary;
    private PostgresServer? _standby;
    private PostgresStore? _place;
    private PostgresBackend? _store;
    private long _firstVersion;

    public async ValueTask InitializeAsync()
    {
        _primary = await PostgresServer.StartAsync();
        var database = await _primary.CreateDatabaseAsync();
        _place = new PostgresStore(database, "zhice") { Patience = Patience };
        _store = await PostgresBackend.OpenAsync(_place, NullLogger.Instance);
        _standby = await _primary.StartStandbyAsync();
        _firstVersion = (await WriteUntilKeptAsync(Write("first"))).Version;
    }

    public async ValueTask DisposeAsync()
    {
        await _store!.DisposeAsync();
        await _standby!.DisposeAsync();
        await _primary!.DisposeAsync();
    }

    [Fact]
    public async Task With_the_standby_away_nothing_is_acknowledged_and_what_was_is_on_the_standby_that_is_promoted()
    {
        await _standby!.StopAsync();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => _store!.WriteAsync([Write("away")]));
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => _store!.Bulk.TryInsertAsync([Write("in bulk")]));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store!.Stock.LeaseAsync("card", 100, 10, "silo", Guid.NewGuid()));
        await _primary!.StopAsync("immediate");
        await _standby.StartAgainAsync();
        await PromoteAsync();

        var promoted = await OpenPromotedAsync();
        var first = (await promoted.ReadAsync(Keys.Customer("first")))!.Value.Version;
        Assert.Equal(_firstVersion, first);
        Assert.Null(await promoted.ReadAsync(Keys.Customer("away")));

        // Whoever still holds a version that was lost meets none like it.
        var next = (await promoted.WriteAsync([StateWrite.Create(Keys.Customer("first"), first, [2])]))[0].Version;
        Assert.True(next > 1L << 40);
        Assert.True((await promoted.WriteAsync([StateWrite.Create(Keys.Customer("new"), 0, [2])]))[0].Version > 1L << 40);
        await promoted.DisposeAsync();
    }

    [Fact]
    public async Task A_write_that_is_found_again_is_acknowledged_only_once_the_standby_has_it()
    {
        var write = Write("a");
        await _standby!.StopAsync();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => _store!.WriteAsync([write]));

        // A server that was restarted shows what its standby has not.
        await _primary!.RestartAsync("immediate");
        await Assert.ThrowsAnyAsync<Exception>(() => _store!.WriteAsync([write]));
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => _store!.WriteAsync([write]));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store!.ReadAsync(write.Key).AsTask());

        await _standby.StartAgainAsync();
        Assert.True((await WriteUntilKeptAsync(write)).IsWritten);
        Assert.NotNull(await _store!.ReadAsync(write.Key));
    }

    [Fact]
    public async Task A_wait_that_an_operator_calls_off_is_no_acknowledgement()
    {
        await _standby!.StopAsync();
        var writing = _store!.WriteAsync([Write("a")]);
        var leasing = _store.Stock.LeaseAsync("card", 100, 10, "silo", Guid.NewGuid());
        while (!writing.IsCompleted || !leasing.IsCompleted)
        {
            await PostgresServer.ExecuteAsync(
                _place!.ConnectionString, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        }

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => writing);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => leasing);
    }

    [Fact]
    public async Task A_slow_standby_makes_writes_wait_and_holds_no_more_connections_than_its_pool()
    {
        var receiver = await NumberAsync(_standby!, "SELECT pid FROM pg_stat_wal_receiver");
        Signal("STOP", receiver);
        var writes = Enumerable.Range(0, 30).Select(i => Write($"slow{i}")).ToArray();
        try
        {
            await Task.WhenAll(writes.Select(write => Assert.ThrowsAnyAsync<Exception>(() => _store!.WriteAsync([write]))));
            Assert.InRange(
                await NumberAsync(_primary!, "SELECT count(*)::integer FROM pg_stat_activity WHERE application_name LIKE '%commits'"), 1,
                _place!.Connections.Commits);
        }
        finally
        {
            Signal("CONT", receiver);
        }

        foreach (var write in writes)
        {
            Assert.True((await WriteUntilKeptAsync(write)).IsWritten);
        }
    }

    [Fact]
    public async Task A_contact_that_ended_earlier_is_called_ended_only_once_the_standby_knows()
    {
        await _standby!.StopAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            _store!.Outbox.AcknowledgeAsync([new("gone", new(Guid.NewGuid(), 1, false))], 1, 0));
        await _standby.StartAgainAsync();
        Assert.Equal(
            [SettlementOutcome.Ended],
            await AgainAsync(() => _store!.Outbox.AcknowledgeAsync([new("gone", new(Guid.NewGuid(), 1, false))], 1, 0)));
    }

    private static StateWrite Write(string customer)
    {
        var effects = new CommitEffects();
        effects.Count(new CountedContact($"{customer}-1", 1));
        return StateWrite.Create(Keys.Customer(customer), 0, [1], effects);
    }

    private async Task<WriteOutcome> WriteUntilKeptAsync(StateWrite write) => (await AgainAsync(() => _store!.WriteAsync([write])))[0];

    private static async Task<T> AgainAsync<T>(Func<Task<T>> call)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await call();
            }
            catch (Exception fault) when (tries < 50 && fault is StoreUnavailableException or OutcomeUnknownException)
            {
                // Until the standby streams again.
            }
        }
    }

    private async Task PromoteAsync()
    {
        await _standby!.PromoteAsync();
        await PostgresServer.ExecuteAsync(On(_standby).ConnectionString, "ALTER SYSTEM RESET synchronous_standby_names");
        await PostgresServer.ExecuteAsync(On(_standby).ConnectionString, "SELECT pg_reload_conf()");
    }

    private Task<PostgresBackend> OpenPromotedAsync() =>
        PostgresBackend.OpenAsync(new PostgresStore(On(_standby!).ConnectionString, "zhice"), NullLogger.Instance);

    private NpgsqlConnectionStringBuilder On(PostgresServer server) =>
        new(_place!.ConnectionString) { Port = server.Port, Pooling = false };

    private async Task<int> NumberAsync(PostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(On(server).ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (int)(await command.ExecuteScalarAsync())!;
    }

    private static void Signal(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
