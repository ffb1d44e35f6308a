using System.CommandLine;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Zhice.Bench.Running;
using Zhice.Domain.Effects;
using Zhice.Domain.Primitives;
using Zhice.Postgres;
using Zhice.Storage.Backends;
using Zhice.Storage.Outbox;
using Zhice.Storage.Postgres;
using Zhice.Storage.Sqlite;
using Zhice.Storage.States;
using Zhice.TestBank;

namespace Zhice.Bench.Delivery;

/// <summary>How long a lease takes behind contacts that wait, or that came and went while somebody reads.</summary>
internal static class LeaseCommand
{
    private const int Most = 100;
    private const int AtOnce = 500;
    private const int AtOnceFilled = 50_000;
    private const int MaxAttempts = 10;
    private const int Hour = 3_600_000;
    private static readonly byte[] AllBuckets = [.. Enumerable.Repeat((byte)1, CustomerBucket.Count)];

    public static Command Create()
    {
        var blocked = new Option<int>("--blocked") { Description = "How many contacts wait behind another of their customer's that waits for its retry.", DefaultValueFactory = _ => 1_000_000 };
        var gone = new Option<int>("--gone") { Description = "How many contacts come and go before the leases are timed.", DefaultValueFactory = _ => 0 };
        var snapshot = new Option<bool>("--snapshot") { Description = "A snapshot is held open meanwhile, as an export or pg_dump does. PostgreSQL only." };
        var sqlite = new Option<bool>("--sqlite") { Description = "On SQLite, not PostgreSQL." };
        var leases = new Option<int>("--leases") { Description = "How many leases are timed.", DefaultValueFactory = _ => 200 };
        var command = new Command(
            "lease",
            "Leases of 100 contacts, on the store alone: while contacts that are due and may not go are met for the first time, and when those were passed: bar 20 ms at p99.")
        {
            blocked, gone, snapshot, sqlite, leases,
        };
        command.SetAction(async (parsed, _) =>
        {
            await using var queue = parsed.GetValue(sqlite) ? await OpenSqliteAsync() : await OpenPostgresAsync(parsed.GetValue(snapshot));
            await RunAsync(queue, parsed.GetValue(blocked), parsed.GetValue(gone), parsed.GetValue(leases));
        });
        return command;
    }

    private static async Task RunAsync(Queue queue, int blocked, int gone, int leases)
    {
        var run = new Run(queue.Store.Outbox);
        await queue.FillAsync("gone", gone, 1, NowMs);
        while (await run.LeaseAsync(AtOnce) > 0)
        {
        }

        run.Forget();
        await queue.FillAsync("blocked", blocked, 2, NowMs);
        await queue.WriteToDiskAsync();
        TimeSpan? firstMet = null;
        for (var i = 0; i < leases; i++)
        {
            await SendAsync(queue.Store, $"fresh{i}-");
            var clock = Stopwatch.StartNew();
            while (await run.LeaseAsync(Most) == 0)
            {
                // What waits is met, some of it in each lease.
            }

            firstMet ??= clock.Elapsed;
        }

        Console.WriteLine($"the first {Most} contacts behind them: after {firstMet?.TotalSeconds:N1} s");

        Console.WriteLine($"leases that met what waits: {run.Empty.Count:N0}, {new Latencies(run.Empty).ToText()}");
        Console.WriteLine($"leases of {Most}: {new Latencies(run.Full).ToText()}; the bar is 20 ms at p99");
    }

    // As customers send, by the store: a second writer of a SQLite file would let the store wait for it.
    private static async Task SendAsync(IBackend store, string name)
    {
        var nowMs = NowMs;
        await store.WriteAsync([.. Enumerable.Range(0, Most).Select(i =>
        {
            var effects = new CommitEffects();
            effects.Send(new($"{name}{i}", DeliverySilo.Channel, nowMs, nowMs + (24L * Hour), new byte[400]) { CampaignId = "bench" });
            return StateWrite.Create(CustomerKey.Create($"{name}{i}"), 0, [1], effects);
        })]);
    }

    private static long NowMs => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static async Task<Queue> OpenPostgresAsync(bool holdsSnapshot)
    {
        var server = await PostgresServer.StartAsync("synchronous_commit=on", "fsync=on");
        var place = new PostgresStore(await server.CreateDatabaseAsync(), "bench");
        await PostgresDatabase.MigrateAsync(place, default);
        var store = await PostgresBackend.OpenAsync(place, NullLogger.Instance);
        var reader = new NpgsqlConnection(place.SchemaConnectionString);
        if (holdsSnapshot)
        {
            await reader.OpenAsync();
            await using var command = new NpgsqlCommand("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM outbox", reader);
            await command.ExecuteNonQueryAsync();
        }

        return new(store, FillAsync, () => PostgresServer.ExecuteAsync(place.SchemaConnectionString, "CHECKPOINT"), [reader, server]);

        async Task FillAsync(string name, int count, int each, long nowMs)
        {
            for (var first = 1; first <= count; first += AtOnceFilled)
            {
                await PostgresServer.ExecuteAsync(place.SchemaConnectionString, $"""
                    INSERT INTO outbox (bucket, contact_id, customer_id, channel, campaign, available_at, next_at, expires_at, attempts, message)
                    SELECT i % {CustomerBucket.Count}, '{name}' || i || '-' || e, convert_to('{name}' || i, 'UTF8'), '{DeliverySilo.Channel}', 'bench', t,
                        t + CASE WHEN e < {each} THEN interval '1 hour' ELSE interval '0' END, t + interval '1 day', CASE WHEN e < {each} THEN 1 ELSE 0 END, repeat('m', 400)::bytea
                    FROM generate_series({first}, {Math.Min(count, first + AtOnceFilled - 1)}) AS i, generate_series(1, {each}) AS e, (SELECT to_timestamp({nowMs} / 1000.0)) AS n (t)
                    ORDER BY e, i
                    """);
            }
        }
    }

    private static async Task<Queue> OpenSqliteAsync()
    {
        var folder = Directory.CreateTempSubdirectory("zhice-lease-").FullName;
        var store = SqliteBackend.Open(folder, NullLogger.Instance);
        return new(store, FillAsync, () => ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)"), [new TempFolder(folder)]);

        async Task ExecuteAsync(string text)
        {
            await using var connection = new SqliteConnection(
                $"Data Source={Path.Combine(folder, "zhice.db")};Pooling=False;Default Timeout=60");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = text;
            await command.ExecuteNonQueryAsync();
        }

        Task FillAsync(string name, int count, int each, long nowMs) => ExecuteAsync(
                $"""
                WITH RECURSIVE n (i) AS (SELECT 1 WHERE {count} > 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count}), m (e) AS (SELECT 1 UNION ALL SELECT e + 1 FROM m WHERE e < {each})
                INSERT INTO outbox (bucket, contact_id, customer_id, channel, campaign, available_at_ms, next_at_ms, expires_at_ms, attempts, message)
                SELECT i % {CustomerBucket.Count}, '{name}' || i || '-' || e, CAST('{name}' || i AS BLOB), '{DeliverySilo.Channel}', 'bench', {nowMs},
                    {nowMs} + (e < {each}) * {Hour}, {nowMs} + 24 * {Hour}, e < {each}, zeroblob(400)
                FROM m, n
                """);
    }

    /// <summary>Leases and acknowledges, and notes how long leases took.</summary>
    private sealed class Run(IOutboxStore outbox)
    {
        public List<double> Empty { get; } = [];

        public List<double> Full { get; } = [];

        public async Task<int> LeaseAsync(int most)
        {
            var clock = Stopwatch.StartNew();
            var (leased, _) = await outbox.LeaseAsync(new(DeliverySilo.Channel, AllBuckets, most, NowMs, NowMs + Hour, MaxAttempts));
            (leased.Count > 0 ? Full : Empty).Add(clock.Elapsed.TotalMilliseconds);
            await outbox.AcknowledgeAsync(
                [.. leased.Select(static contact => new ContactLease(contact.ContactId, contact.Lease))], 20_000, NowMs);
            return leased.Count;
        }

        public void Forget()
        {
            Empty.Clear();
            Full.Clear();
        }
    }

    /// <summary>A store with a way to fill its outbox.</summary>
    private sealed class Queue(
        IBackend store, Func<string, int, int, long, Task> fill, Func<Task> writeToDisk, IEnumerable<IAsyncDisposable> others)
        : IAsyncDisposable
    {
        public IBackend Store => store;

        /// <summary>
        /// Puts contacts of so many customers into the outbox, the last of each due, and those before it waiting for a retry.
        /// </summary>
        public Task FillAsync(string name, int customers, int each, long nowMs) => fill(name, customers, each, nowMs);

        /// <summary>Ends what the database still owes to its files, so that the leases are timed and not the filling.</summary>
        public Task WriteToDiskAsync() => writeToDisk();

        public async ValueTask DisposeAsync()
        {
            await store.DisposeAsync();
            foreach (var other in others)
            {
                await other.DisposeAsync();
            }
        }
    }

    private sealed class TempFolder(string path) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Directory.Delete(path, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
