using Zhice.Domain.Stocks;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.Stock;

namespace Zhice.Storage.Sqlite.Stock;

/// <summary>The stock of actions in SQLite, whose one process leases all by itself.</summary>
internal sealed class SqliteStock(string path, DatabaseFiles files, WriterThread thread, SqliteReadPool<SqliteSession> reads)
    : IStockStore, IDisposable
{
    // The store's own clock, as all that is timed by it is of the store.
    private const string Now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
    private const long ForgottenMs = 3_600_000;

    private readonly SqliteTurns<SqliteSession> _turns = new(path, files, thread, static connection => new(connection));

    public Task<StockLease?> LeaseAsync(string actionId, long units, int limit, string owner, Guid leaseId) => _turns.RunAsync(session =>
    {
        See(session, owner);
        session.Run("INSERT INTO stock_allotment (action_id, granted) VALUES ($0, 0) ON CONFLICT DO NOTHING", actionId);
        var granted = session.Read("SELECT granted FROM stock_allotment WHERE action_id = $0", static row => row.GetInt64(0), actionId)[0];
        if (granted >= units)
        {
            return null;
        }

        var lease = new StockLease(leaseId, (int)Math.Min(limit, Math.Max(1, (units - granted) / 8)));
        session.Run("UPDATE stock_allotment SET granted = granted + $1 WHERE action_id = $0", actionId, lease.Units);
        session.Run(
            $"INSERT INTO stock_lease (lease_id, action_id, owner, remaining, changed_at_ms) VALUES ($0, $1, $2, $3, {Now})",
            lease.LeaseId.ToByteArray(), actionId, owner, lease.Units);
        return (StockLease?)lease;
    });

    public Task EndAsync(IReadOnlyList<Guid> leases) => _turns.RunAsync(session =>
    {
        foreach (var lease in leases)
        {
            End(session, lease.ToByteArray());
        }

        return true;
    });

    public Task SweepAsync(
        string owner, IReadOnlyCollection<Guid> known, TimeSpan lost, TimeSpan silence, long nowMs) => _turns.RunAsync(session =>
    {
        See(session, owner);
        var abandoned = session.Read(
            $"""
            SELECT lease_id, owner = $1 AND changed_at_ms < {Now} - $2,
                owner NOT IN (SELECT owner FROM stock_owner WHERE seen_at_ms >= {Now} - $0)
            FROM stock_lease WHERE owner <> ''
            """,
            static row => (Id: row.GetFieldValue<byte[]>(0), IsOfOwner: row.GetBoolean(1), IsAbandoned: row.GetBoolean(2)),
            (long)silence.TotalMilliseconds, owner, (long)lost.TotalMilliseconds);
        foreach (var (lease, isOfOwner, isAbandoned) in abandoned)
        {
            if (isAbandoned || (isOfOwner && !known.Contains(new Guid(lease))))
            {
                End(session, lease);
            }
        }

        session.Run($"DELETE FROM stock_lease WHERE owner = '' AND changed_at_ms < {Now} - $0", ForgottenMs);
        session.Run($"DELETE FROM stock_owner WHERE seen_at_ms < {Now} - $0", ForgottenMs);
        session.Run(
            """
            UPDATE stock_allotment SET granted = granted
                - (SELECT count(*) FROM stock_unit AS u WHERE u.action_id = stock_allotment.action_id AND u.ends_at_ms <= $0 AND u.goes_back)
            WHERE action_id IN (SELECT action_id FROM stock_unit WHERE ends_at_ms <= $0)
            """,
            nowMs);
        session.Run("DELETE FROM stock_unit WHERE ends_at_ms <= $0", nowMs);
        return true;
    });

    public Task<IReadOnlyList<StockLevel>> ListAsync() => reads.ReadAsync(session => session.Read(
        """
        SELECT action_id, granted,
            (SELECT coalesce(sum(l.remaining), 0) FROM stock_lease AS l WHERE l.action_id = a.action_id),
            coalesce((SELECT k.units FROM stock_kept AS k WHERE k.action_id = a.action_id), 0)
        FROM stock_allotment AS a ORDER BY action_id
        """,
        static row => new StockLevel(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3))));

    /// <summary>Closes the connection; to be called on the thread that writes.</summary>
    public void Dispose() => _turns.Dispose();

    private static void See(SqliteSession session, string owner) => session.Run(
        $"INSERT INTO stock_owner (owner, seen_at_ms) VALUES ($0, {Now}) ON CONFLICT DO UPDATE SET seen_at_ms = excluded.seen_at_ms",
        owner);

    private static void End(SqliteSession session, byte[] lease)
    {
        foreach (var (actionId, units) in session.Read(
            "SELECT action_id, remaining FROM stock_lease WHERE lease_id = $0 AND owner <> ''",
            static row => (row.GetString(0), row.GetInt64(1)), lease))
        {
            session.Run("UPDATE stock_allotment SET granted = granted - $1 WHERE action_id = $0", actionId, units);
            session.Run($"UPDATE stock_lease SET remaining = 0, owner = '', changed_at_ms = {Now} WHERE lease_id = $0", lease);
        }
    }
}
