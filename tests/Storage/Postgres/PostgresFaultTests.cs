using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Zhice.Domain.Effects;
using Zhice.Domain.Faults;
using Zhice.Postgres;
using Zhice.Storage.Commits;
using Zhice.Storage.Postgres;
using Zhice.Storage.States;
using Zhice.TestBank;

namespace Zhice.Storage.Tests.Postgres;

/// <summary>Faults of a real server under load, against a model of what was acknowledged.</summary>
[Trait("Category", "Slow")]
public sealed class PostgresFaultTests : IAsyncLifetime
{
    private const int Writers = 40;

    private PostgresServer? _server;
    private PostgresStore? _place;
    private PostgresBackend? _store;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _place = new PostgresStore(await _server.CreateDatabaseAsync(), "zhice");
        _store = await PostgresBackend.OpenAsync(_place, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _store!.DisposeAsync();
        await _server!.DisposeAsync();
    }

    [Fact]
    public Task A_server_that_crashes_under_load_loses_and_doubles_nothing() => UnderLoadAsync(async load =>
    {
        for (var i = 0; i < 2; i++)
        {
            await load.UntilMoreAsync(2_000);
            await _server!.RestartAsync("immediate");
        }

        await load.UntilMoreAsync(2_000);
    });

    [Fact]
    public Task Connections_cut_at_random_moments_lose_and_double_nothing() => UnderLoadAsync(async load =>
    {
        for (var i = 0; i < 60; i++)
        {
            await load.UntilMoreAsync(Random.Shared.Next(1_000));
            await PostgresServer.ExecuteAsync(
                _place!.ConnectionString,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'zhice zhice%' AND random() < 0.7");
        }
    });

    [Fact]
    public async Task A_server_that_may_only_be_read_refuses_writes_and_heals()
    {
        var database = _place!.Settings.Database;
        await PostgresServer.ExecuteAsync(_place.ConnectionString, $"ALTER DATABASE {database} SET default_transaction_read_only = on");
        await CutAsync();
        StoreUnavailableException? fault = null;
        for (var i = 0; i < 10 && fault is null; i++)
        {
            try
            {
                await _store!.WriteAsync([StateWrite.Create(Keys.Customer("a" + i), 0, [1])]);
            }
            catch (OutcomeUnknownException)
            {
                // The connection was cut before; the next one is new.
            }
            catch (StoreUnavailableException readOnly)
            {
                fault = readOnly;
            }
        }

        Assert.Contains("may only be read", fault!.Message, StringComparison.Ordinal);
        await PostgresServer.ExecuteAsync(
            _place.ConnectionString + ";Options=-c default_transaction_read_only=off",
            $"ALTER DATABASE {database} SET default_transaction_read_only = off");
        Assert.True((await _store!.WriteAsync([StateWrite.Create(Keys.Customer("b"), 0, [1])]))[0].IsWritten);
    }

    [Fact]
    public async Task A_server_that_is_gone_is_away_for_reads_and_writes_until_it_is_back()
    {
        await _store!.WriteAsync([StateWrite.Create(Keys.Customer("a"), 0, [1])]);
        await _server!.StopAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.ReadAsync(Keys.Customer("a")).AsTask());
        await Assert.ThrowsAnyAsync<Exception>(() => _store.WriteAsync([StateWrite.Create(Keys.Customer("b"), 0, [1])]));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.WriteAsync([StateWrite.Create(Keys.Customer("b"), 0, [1])]));
        await _server.StartAgainAsync();
        Assert.NotNull(await _store.ReadAsync(Keys.Customer("a")));
        Assert.Null(await _store.ReadAsync(Keys.Customer("b")));
    }

    private Task CutAsync() => PostgresServer.ExecuteAsync(
        _place!.ConnectionString,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'zhice zhice%' AND pid <> pg_backend_pid()");

    // Each writer counts up a state of its own, and counts a contact in each commit: the state must end where the writer's
    // own count is, or one above when its last write was left open; and the ledger must have as many contacts as the state says.
    private async Task UnderLoadAsync(Func<Acknowledgements, Task> faults)
    {
        using var end = new CancellationTokenSource();
        using var acknowledged = new Acknowledgements();
        await using (var committer = new GroupCommitter(_store!, new() { Flushers = 2 }, TimeProvider.System, NullLogger.Instance))
        {
            var writers = Enumerable.Range(0, Writers).Select(i => Task.Run(async () =>
            {
                var key = Keys.Customer($"w{i}");
                var (version, count) = (0L, 0);
                while (!end.IsCancellationRequested)
                {
                    try
                    {
                        var effects = new CommitEffects();
                        effects.Count(new CountedContact($"w{i}-{count + 1}", 1));
                        var outcome = await committer.WriteAsync(
                            StateWrite.Create(key, version, BitConverter.GetBytes(count + 1), effects));
                        Assert.True(outcome.IsWritten, $"{key}: a lone writer found version {outcome.Version} in place of {version}");
                        (version, count) = (outcome.Version, count + 1);
                        acknowledged.Add();
                    }
                    catch (StoreUnavailableException)
                    {
                        (version, count) = await SettleAsync(key, count);
                    }
                }
            })).ToArray();
            await faults(acknowledged);
            await end.CancelAsync();
            await Task.WhenAll(writers);
        }

        Assert.True(acknowledged.Count > Writers, $"only {acknowledged.Count} writes were acknowledged");
        var counted = 0L;
        for (var i = 0; i < Writers; i++)
        {
            counted += await _store!.ReadAsync(Keys.Customer($"w{i}")) is { } state ? BitConverter.ToInt32(state.Payload) : 0;
        }

        await using var connection = await ServerCheck.OpenAsync(_place!, CancellationToken.None);
        Assert.Equal(counted, await connection.ScalarAsync<long>("SELECT count(*) FROM contact_ledger", CancellationToken.None));
    }

    // As a grain does: what the store has is what counts. It may be the last write, whose answer was lost, and nothing else.
    private async Task<(long Version, int Count)> SettleAsync(StateKey key, int acknowledged)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                var found = await _store!.ReadAsync(key);
                var count = found is { } state ? BitConverter.ToInt32(state.Payload) : 0;
                Assert.InRange(count, acknowledged, acknowledged + 1);
                return (found?.Version ?? 0, count);
            }
            catch (StoreUnavailableException) when (tries < 300)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>How many writes were acknowledged.</summary>
    private sealed class Acknowledgements : IDisposable
    {
        private readonly SemaphoreSlim _more = new(0);
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Add()
        {
            Interlocked.Increment(ref _count);
            _more.Release();
        }

        /// <summary>Waits until so many more are.</summary>
        public async Task UntilMoreAsync(int more)
        {
            for (var until = Count + more; Count < until;)
            {
                await _more.WaitAsync();
            }
        }

        public void Dispose() => _more.Dispose();
    }
}
