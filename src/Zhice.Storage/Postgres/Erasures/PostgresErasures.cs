using System.Collections.Immutable;
using System.Text;
using Npgsql;
using Zhice.Domain.Faults;
using Zhice.Postgres;
using Zhice.Storage.Erasures;
using Zhice.Storage.Evaluations;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.States;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;
using Texts = Zhice.Storage.Postgres.Erasures.PostgresErasureTexts;

namespace Zhice.Storage.Postgres.Erasures;

/// <summary>Erasures in PostgreSQL. What reads much is done on connections of its own, with time for it.</summary>
internal sealed class PostgresErasures(PostgresPools pools) : IErasureStore
{
    // A customer's rows of a ledger of hundreds of millions lie in one bucket of 1,024.
    private const string MuchTime = "SET LOCAL statement_timeout = '10min'; SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on; SET LOCAL enable_sort = on; SET LOCAL enable_hashjoin = on";

    private readonly PostgresCalls _calls = new(pools.Queues);
    private readonly long _clearing = AdvisoryLocks.Clearing(pools.Store);

    public async Task<ErasureRequest> BeginAsync(string customerId, ErasureRequest request)
    {
        var key = Encoding.UTF8.GetBytes(customerId);
        await _calls.RunAsync(
            Texts.Begin,
            () => [Value(key), Value(request.RequestId), Value(request.Actor), Value(request.Reason), Instant(request.BegunAtMs)]);
        return (await _calls.ReadAsync(Texts.Find, () => [Value(key), Value(request.RequestId)], Read))[0];
    }

    public async Task<IReadOnlyList<string>> ListContactsAsync(string customerId)
    {
        var customer = CustomerKey.Create(customerId);
        return await _calls.ReadAsync(
            Texts.ListContacts, () => [Value(customer.Key), Value((short)customer.Bucket)], static row => row.GetString(0));
    }

    public Task RemoveStateAsync(string customerId, ErasureRequest request) => LongAsync(async connection =>
    {
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({_clearing})");
        return await RunAsync(connection, Texts.RemoveState, Named(customerId, request, "grain_state"));
    });

    public async Task RemoveRowsAsync(string customerId, ErasureRequest request, EvidenceRules rules)
    {
        foreach (var table in CustomerPlaces.Rows)
        {
            var kept = table == "consent_word" ? [Value(rules.ConsentDays)]
                : table == "contact_ledger" ? [Value(rules.ContactDays)]
                : Array.Empty<NpgsqlParameter>();
            await LongAsync(connection => RunAsync(connection, Texts.RemoveRows(table), [.. Named(customerId, request, table), .. kept]));
        }
    }

    public Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadRowsAsync(string customerId, string table)
    {
        var customer = CustomerKey.Create(customerId);
        return LongAsync<IReadOnlyList<IReadOnlyDictionary<string, object?>>>(async connection =>
        {
            await using var command = new NpgsqlCommand(
                $"SELECT * FROM {CustomerPlaces.CheckRows(table)} WHERE bucket = $1 AND customer_id = $2", connection)
            {
                Parameters = { Value((short)customer.Bucket), Value(customer.Key) },
            };
            await using var rows = await command.ExecuteReaderAsync();
            var found = new List<IReadOnlyDictionary<string, object?>>();
            while (await rows.ReadAsync())
            {
                found.Add(
                    Enumerable.Range(0, rows.FieldCount).ToDictionary(
                        rows.GetName, column => rows.IsDBNull(column) ? null : rows.GetValue(column)));
            }

            return found;
        });
    }

    public Task AddCountAsync(ErasureRequest request, string place, long rows) => rows == 0
        ? Task.CompletedTask
        : _calls.RunAsync(Texts.AddCount, () => [Value(request.IdHash.ToArray()), Value(request.RequestId), Value(place), Value(rows)]);

    public async Task<IReadOnlyList<ErasedRows>> ListCountsAsync(ErasureRequest request) => await _calls.ReadAsync(
        Texts.ListCounts, () => [Value(request.IdHash.ToArray()), Value(request.RequestId)],
        static row => new ErasedRows(row.GetString(0), row.GetInt64(1)));

    public async Task<IReadOnlyList<string>> ListGrainsAsync(string grainType, string end) => await _calls.ReadAsync(
        Texts.ListGrains, () => [Value(grainType), Value(Encoding.UTF8.GetBytes(end))],
        static row => Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)));

    public Task<IReadOnlyList<EvaluationRow>> ListPagesAsync(
        short shard, EvaluationRow? after, int limit) => LongAsync<IReadOnlyList<EvaluationRow>>(async connection =>
    {
        await using var command = new NpgsqlCommand(Texts.ListPages, connection)
        {
            Parameters = { Value(shard), Value(after?.CampaignId ?? ""), Value(after?.Run ?? 0L), Value(after?.Page ?? -1L), Value(limit) },
        };
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<EvaluationRow>();
        while (await rows.ReadAsync())
        {
            found.Add(new(rows.GetString(0), rows.GetInt64(1), shard, rows.GetInt64(2), rows.GetFieldValue<byte[]>(3)));
        }

        return found;
    });

    public Task EndAsync(ErasureRequest request, byte[] certificate, long endedAtMs) => _calls.RunAsync(
        Texts.End, () => [Value(request.IdHash.ToArray()), Value(request.RequestId), Value(certificate), Instant(endedAtMs)]);

    public async Task<IReadOnlyList<ErasureRequest>> ListAsync(long? before, int limit) =>
        await _calls.ReadAsync(Texts.List, () => [Value(before ?? long.MaxValue), Value(limit)], Read);

    public async Task<IReadOnlyList<ErasureRequest>> ListOpenAsync(int limit) =>
        await _calls.ReadAsync(Texts.ListOpen, () => [Value(limit)], Read);

    public async Task<IReadOnlySet<string>> FindErasedAsync(IReadOnlyList<string> customerIds)
    {
        byte[][] ids = [.. customerIds.Select(Encoding.UTF8.GetBytes)];
        return (await _calls.ReadAsync(Texts.FindErased, () => [Value(ids)], static row => row.GetInt32(0)))
            .Select(at => customerIds[at]).ToHashSet(StringComparer.Ordinal);
    }

    public async Task<bool> LiftAsync(string customerId) =>
        await _calls.RunAsync(Texts.Lift, () => [Value(Encoding.UTF8.GetBytes(customerId))]) > 0;

    public async Task<Tombstones> ListTombstonesAsync()
    {
        var rows = await _calls.ReadAsync(
            Texts.ListTombstones, static () => [],
            static row => (Salt: row.GetFieldValue<byte[]>(0), Hash: row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1)));
        return new(
            [.. rows[0].Salt], [.. rows.Where(static row => row.Hash is not null).Select(static row => ImmutableArray.Create(row.Hash))]);
    }

    public async Task<bool> AddTombstonesAsync(Tombstones tombstones, long nowMs)
    {
        byte[] salt = [.. tombstones.Salt];
        byte[][] hashes = [.. tombstones.IdHashes.Select(static hash => hash.ToArray())];
        await _calls.RunAsync(Texts.TakeSalt, () => [Value(salt)]);
        await _calls.RunAsync(Texts.AddTombstones, () => [Value(salt), Value(hashes), Instant(nowMs)]);
        return (await _calls.ReadAsync(Texts.HasSalt, () => [Value(salt)], static _ => true)).Count > 0;
    }

    public Task<IReadOnlyList<string>> FindPresentAsync(int limit) => LongAsync<IReadOnlyList<string>>(async connection =>
    {
        await using var command = new NpgsqlCommand(Texts.FindPresent, connection) { Parameters = { Value(limit) } };
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync())
        {
            found.Add(Encoding.UTF8.GetString(rows.GetFieldValue<byte[]>(0)));
        }

        return found;
    });

    /// <summary>Those of some customers who were erased.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="customers">Their ids, as UTF-8.</param>
    public static async Task<HashSet<int>> FindErasedAsync(NpgsqlConnection connection, byte[][] customers)
    {
        await using var command = new NpgsqlCommand(Texts.FindErased, connection)
        {
            Parameters = { Value(customers) },
        };
        await using var rows = await command.ExecuteReaderAsync();
        var found = new HashSet<int>();
        while (await rows.ReadAsync())
        {
            found.Add(rows.GetInt32(0));
        }

        return found;
    }

    private static NpgsqlParameter[] Named(string customerId, ErasureRequest request, string place)
    {
        var customer = CustomerKey.Create(customerId);
        return [
            Value(customer.Key), Value((short)customer.Bucket), Value(request.IdHash.ToArray()), Value(request.RequestId), Value(place)];
    }

    private static ErasureRequest Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), ReadMs(row, 3))
    {
        IdHash = [.. row.GetFieldValue<byte[]>(4)],
        Number = row.GetInt64(5),
        EndedAtMs = row.IsDBNull(6) ? null : ReadMs(row, 6),
        CustomerId = row.IsDBNull(7) ? null : Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(7)),
        Certificate = row.IsDBNull(8) ? [] : [.. row.GetFieldValue<byte[]>(8)],
    };

    private static long ReadMs(NpgsqlDataReader row, int column) => new DateTimeOffset(row.GetDateTime(column)).ToUnixTimeMilliseconds();

    private static async Task<int> RunAsync(NpgsqlConnection connection, string text, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(text, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync();
    }

    private async Task<T> LongAsync<T>(Func<NpgsqlConnection, Task<T>> work)
    {
        try
        {
            await using var connection = await pools.Bulk.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await RunAsync(connection, MuchTime);
            var done = await work(connection);
            await transaction.CommitAsync();
            return done;
        }
        catch (Exception fault) when (fault is not StoreUnavailableException)
        {
            if (PostgresFaults.IsConnectionFault(fault))
            {
                pools.Clear();
            }

            throw PostgresFaults.Away(fault, pools.Store);
        }
    }
}
