using System.Text;
using Microsoft.Data.Sqlite;
using Zhice.Storage.Erasures;
using Zhice.Storage.Evaluations;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.Sqlite.Decisions;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Erasures;

/// <summary>
/// Erasures in SQLite. The connections that write have secure_delete on, and the logs are written back and cut at the end of each: so
/// nothing that was removed stays in the files.
/// </summary>
internal sealed class SqliteErasures(
    SqliteTurns<SqliteSession> turns, SqliteReadPool<SqliteSession> reads, SqliteDecisions decisions, ErasedIds erased)
    : IErasureStore
{
    private const string Columns =
        "SELECT request_id, actor, reason, begun_at_ms, id_hash, number, ended_at_ms, customer_id, certificate FROM erasure_request";

    private const string Count =
        """
        INSERT INTO erasure_count (id_hash, request_id, place, rows) VALUES ($0, $1, $2, $3)
        ON CONFLICT (id_hash, request_id, place) DO UPDATE SET rows = rows + excluded.rows
        """;

    private const long DayMs = 86_400_000;

    public async Task<ErasureRequest> BeginAsync(string customerId, ErasureRequest request)
    {
        var key = Encoding.UTF8.GetBytes(customerId);
        var hash = erased.Compute(key);
        var begun = await turns.RunAsync(session =>
        {
            session.Run(
                "INSERT INTO erasure_tombstone (id_hash, erased_at_ms) VALUES ($0, $1) ON CONFLICT DO NOTHING", hash.ToArray(),
                request.BegunAtMs);
            session.Run(
                """
                INSERT INTO erasure_request (id_hash, request_id, actor, reason, begun_at_ms, customer_id) VALUES ($0, $1, $2, $3, $4, $5)
                ON CONFLICT (id_hash, request_id) DO NOTHING
                """,
                hash.ToArray(), request.RequestId, request.Actor, request.Reason, request.BegunAtMs, key);

            // In the turn: the next write finds it.
            erased.Add(hash);
            return session.Read($"{Columns} WHERE id_hash = $0 AND request_id = $1", Read, hash.ToArray(), request.RequestId)[0];
        });
        return begun;
    }

    public Task<IReadOnlyList<string>> ListContactsAsync(string customerId)
    {
        var customer = CustomerKey.Create(customerId);
        return reads.ReadAsync(session => session.Read(
            "SELECT contact_id FROM outbox WHERE bucket = $0 AND customer_id = $1", static row => row.GetString(0), customer.Bucket,
            customer.Key));
    }

    public Task RemoveStateAsync(string customerId, ErasureRequest request)
    {
        var customer = CustomerKey.Create(customerId);
        return turns.RunAsync(session =>
        {
            session.Run(
                "UPDATE cleared SET highest_version = max(highest_version, coalesce((SELECT max(version) FROM grain_state WHERE grain_type = $0 AND bucket = $1 AND grain_key = $2), 0))",
                CustomerKey.GrainType, customer.Bucket, customer.Key);
            return Add(session, request, "grain_state", session.Run(
                "DELETE FROM grain_state WHERE grain_type = $0 AND bucket = $1 AND grain_key = $2", CustomerKey.GrainType, customer.Bucket,
                customer.Key));
        });
    }

    public async Task RemoveRowsAsync(string customerId, ErasureRequest request, EvidenceRules rules)
    {
        var customer = CustomerKey.Create(customerId);
        byte[] hash = [.. request.IdHash];
        await turns.RunAsync(session =>
        {
            KeepEvidence(session, customer, hash, request, rules);
            foreach (var table in CustomerPlaces.Rows.Where(static table => table != "decision_log"))
            {
                Add(
                    session, request, table,
                    session.Run($"DELETE FROM {table} WHERE bucket = $0 AND customer_id = $1", customer.Bucket, customer.Key));
            }

            return true;
        });
        await AddCountAsync(request, "decision_log", await decisions.RemoveAsync(customerId));
    }

    public async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadRowsAsync(string customerId, string table)
    {
        if (table == "decision_log")
        {
            return await decisions.ReadAsync(customerId);
        }

        var customer = CustomerKey.Create(customerId);
        return await reads.ReadAsync(session => session.Read(
            $"SELECT * FROM {CustomerPlaces.CheckRows(table)} WHERE bucket = $0 AND customer_id = $1", SqliteDecisions.ReadRow,
            customer.Bucket, customer.Key));
    }

    public Task AddCountAsync(ErasureRequest request, string place, long rows) => rows == 0
        ? Task.CompletedTask
        : turns.RunAsync(session => session.Run(Count, request.IdHash.ToArray(), request.RequestId, place, rows));

    public Task<IReadOnlyList<ErasedRows>> ListCountsAsync(ErasureRequest request) => reads.ReadAsync(session => session.Read(
        "SELECT place, rows FROM erasure_count WHERE id_hash = $0 AND request_id = $1 AND rows > 0 ORDER BY place",
        static row => new ErasedRows(row.GetString(0), row.GetInt64(1)),
        request.IdHash.ToArray(), request.RequestId));

    public Task<IReadOnlyList<string>> ListGrainsAsync(string grainType, string end) => reads.ReadAsync(session => session.Read(
        "SELECT grain_key FROM grain_state WHERE grain_type = $0 AND ($1 = '' OR substr(CAST(grain_key AS TEXT), -length($1)) = $1)",
        static row => Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)),
        grainType, end));

    public Task<IReadOnlyList<EvaluationRow>> ListPagesAsync(
        short shard, EvaluationRow? after, int limit) => reads.ReadAsync(session => session.Read(
        """
        SELECT campaign, run, page, evaluations FROM campaign_evaluation
        WHERE shard = $0 AND (campaign, run, page) > ($1, $2, $3) ORDER BY campaign, run, page LIMIT $4
        """,
        row => new EvaluationRow(row.GetString(0), row.GetInt64(1), shard, row.GetInt64(2), row.GetFieldValue<byte[]>(3)),
        shard, after?.CampaignId ?? "", after?.Run ?? 0L, after?.Page ?? -1L, limit));

    public async Task EndAsync(ErasureRequest request, byte[] certificate, long endedAtMs)
    {
        byte[] hash = [.. request.IdHash];
        await turns.RunAsync(session =>
        {
            session.Run("DELETE FROM erasure_count WHERE id_hash = $0 AND request_id = $1", hash, request.RequestId);
            return session.Run(
                "UPDATE erasure_request SET ended_at_ms = $3, certificate = $2, customer_id = NULL WHERE id_hash = $0 AND request_id = $1 AND ended_at_ms IS NULL",
                hash, request.RequestId, certificate, endedAtMs);
        });
        await turns.CutLogAsync();
    }

    public Task<IReadOnlyList<ErasureRequest>> ListAsync(long? before, int limit) => reads.ReadAsync(session =>
        session.Read($"{Columns} WHERE number < $0 ORDER BY number DESC LIMIT $1", Read, before ?? long.MaxValue, limit));

    public Task<IReadOnlyList<ErasureRequest>> ListOpenAsync(int limit) => reads.ReadAsync(session =>
        session.Read($"{Columns} WHERE ended_at_ms IS NULL ORDER BY number LIMIT $0", Read, limit));

    public Task<IReadOnlySet<string>> FindErasedAsync(IReadOnlyList<string> customerIds) => Task.FromResult(erased.Of(customerIds));

    public Task<bool> LiftAsync(string customerId)
    {
        var hash = erased.Compute(Encoding.UTF8.GetBytes(customerId));
        return turns.RunAsync(session =>
        {
            erased.Remove(hash);
            return session.Run("DELETE FROM erasure_tombstone WHERE id_hash = $0", hash.ToArray()) > 0;
        });
    }

    public Task<Tombstones> ListTombstonesAsync() => Task.FromResult(erased.All());

    public Task<bool> AddTombstonesAsync(Tombstones tombstones, long nowMs) => turns.RunAsync(session =>
    {
        if (!erased.TryAdd(tombstones))
        {
            return false;
        }

        session.Run("UPDATE erasure_salt SET salt = $0", tombstones.Salt.ToArray());
        foreach (var hash in tombstones.IdHashes)
        {
            session.Run(
                "INSERT INTO erasure_tombstone (id_hash, erased_at_ms) VALUES ($0, $1) ON CONFLICT DO NOTHING", hash.ToArray(), nowMs);
        }

        return true;
    });

    public async Task<IReadOnlyList<string>> FindPresentAsync(int limit)
    {
        var tables = CustomerPlaces.Rows.Where(static table => table != "decision_log")
            .Select(static table => $" UNION SELECT customer_id FROM {table}");
        var present = await reads.ReadAsync(session => session.Read(
            $"SELECT grain_key FROM grain_state WHERE grain_type = '{CustomerKey.GrainType}'{string.Concat(tables)}",
            static row => row.GetFieldValue<byte[]>(0)));
        return [.. present.Concat(
            await decisions.ListCustomersAsync()).Where(id => erased.Has(id)).Select(Encoding.UTF8.GetString).Distinct().Take(limit)];
    }

    private static int Add(SqliteSession session, ErasureRequest request, string place, int rows)
    {
        if (rows > 0)
        {
            session.Run(Count, request.IdHash.ToArray(), request.RequestId, place, (long)rows);
        }

        return rows;
    }

    private static void KeepEvidence(SqliteSession session, StateKey customer, byte[] hash, ErasureRequest request, EvidenceRules rules)
    {
        const string Into = "INSERT INTO erasure_evidence (id_hash, kind, happened_on_ms, channel, purpose, is_granted, source, count, kept_until_ms)";
        if (rules.ConsentDays > 0)
        {
            session.Run(
                $"{Into} SELECT $2, 1, said_at_ms - said_at_ms % {DayMs}, channel, purpose, is_granted, source, 1, $3 FROM consent_word WHERE bucket = $0 AND customer_id = $1",
                customer.Bucket, customer.Key, hash, request.BegunAtMs + (rules.ConsentDays * DayMs));
        }

        if (rules.ContactDays > 0)
        {
            session.Run(
                $"{Into} SELECT $2, 2, counted_at_ms - counted_at_ms % {DayMs}, 0, 0, 0, 0, count(*), $3 FROM contact_ledger WHERE bucket = $0 AND customer_id = $1 GROUP BY 3",
                customer.Bucket, customer.Key, hash, request.BegunAtMs + (rules.ContactDays * DayMs));
        }
    }

    private static ErasureRequest Read(SqliteDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3))
    {
        IdHash = [.. row.GetFieldValue<byte[]>(4)],
        Number = row.GetInt64(5),
        EndedAtMs = row.IsDBNull(6) ? null : row.GetInt64(6),
        CustomerId = row.IsDBNull(7) ? null : Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(7)),
        Certificate = row.IsDBNull(8) ? [] : [.. row.GetFieldValue<byte[]>(8)],
    };
}
