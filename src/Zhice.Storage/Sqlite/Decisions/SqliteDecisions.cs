using System.Text;
using Microsoft.Data.Sqlite;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.Storage.Decisions;
using Zhice.Storage.Erasures;
using Zhice.Storage.Sqlite.Connections;

namespace Zhice.Storage.Sqlite.Decisions;

/// <summary>
/// Decisions in a file of their own, decisions.db, beside the states: states never wait for the log. It is opened when it
/// is first used; a crash may lose the last moments of it, as of any asynchronous log.
/// </summary>
internal sealed class SqliteDecisions(string folder, ErasedIds erased) : IDecisionStore, IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _path = Path.Combine(folder, "decisions.db");
    private SqliteConnection? _connection;

    public Task AppendAsync(IReadOnlyList<DecisionRow> decisions) => RunAsync(connection =>
    {
        using var transaction = connection.BeginTransaction();
        using var insert = connection.Prepared(
            "INSERT OR IGNORE INTO decision_log (day, decision_id, customer_id, record) VALUES ($day, $id, $customer, $record)", "$day",
            "$id", "$customer", "$record");
        insert.Transaction = transaction;
        foreach (var decision in decisions.Where(decision => !erased.Has(decision.Key)))
        {
            insert.Run(decision.Day.DayNumber, decision.Id.ToString(), decision.Key, decision.Record);
        }

        transaction.Commit();
        return decisions.Count;
    });

    public Task<byte[]?> FindAsync(DecisionId id, string customerId) => RunAsync(connection =>
    {
        var decision = new DecisionRow(id, customerId, []);
        using var select = connection.Prepared(
            "SELECT record FROM decision_log WHERE day = $day AND decision_id = $id AND customer_id = $customer", "$day", "$id",
            "$customer");
        select.Set(decision.Day.DayNumber, decision.Id.ToString(), decision.Key);
        return (byte[]?)select.ExecuteScalar();
    });

    public Task<IReadOnlyList<DecisionRow>> ListAsync(DateTimeOffset from, DateTimeOffset to, int limit) => RunAsync(connection =>
    {
        // An id's text begins with its instant.
        using var select = connection.Prepared(
            """
            SELECT decision_id, customer_id, record FROM decision_log
            WHERE day = $day AND decision_id >= $from AND decision_id < $to ORDER BY decision_id LIMIT $limit
            """,
            "$day", "$from", "$to", "$limit");
        select.Set(DateOnly.FromDateTime(from.UtcDateTime).DayNumber, GetFirst(from), GetFirst(to), limit);
        using var rows = select.ExecuteReader();
        var found = new List<DecisionRow>();
        while (rows.Read())
        {
            if (DecisionId.TryParse(rows.GetString(0), out var id))
            {
                found.Add(new(id, Encoding.UTF8.GetString(rows.GetFieldValue<byte[]>(1)), rows.GetFieldValue<byte[]>(2)));
            }
        }

        return (IReadOnlyList<DecisionRow>)found;
    });

    public Task ForgetBeforeAsync(DateOnly day) => RunAsync(connection =>
    {
        using var delete = connection.Prepared("DELETE FROM decision_log WHERE day < $day", "$day");
        return delete.Run(day.DayNumber);
    });

    /// <summary>Removes a customer's decisions from the file and its log.</summary>
    /// <returns>How many.</returns>
    public Task<int> RemoveAsync(string customerId) => RunAsync(connection =>
    {
        using var delete = connection.Prepared("DELETE FROM decision_log WHERE customer_id = $customer", "$customer");
        var removed = delete.Run(Encoding.UTF8.GetBytes(customerId));
        connection.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        return removed;
    });

    /// <summary>A customer's decisions: values by column.</summary>
    public Task<List<IReadOnlyDictionary<string, object?>>> ReadAsync(string customerId) => RunAsync(connection =>
    {
        using var select = connection.Prepared("SELECT * FROM decision_log WHERE customer_id = $customer", "$customer");
        select.Set(Encoding.UTF8.GetBytes(customerId));
        using var rows = select.ExecuteReader();
        var found = new List<IReadOnlyDictionary<string, object?>>();
        while (rows.Read())
        {
            found.Add(ReadRow(rows));
        }

        return found;
    });

    /// <summary>A row: values by column.</summary>
    internal static IReadOnlyDictionary<string, object?> ReadRow(SqliteDataReader row) =>
        Enumerable.Range(0, row.FieldCount).ToDictionary(row.GetName, column => row.IsDBNull(column) ? null : row.GetValue(column));

    /// <summary>The customers who have decisions.</summary>
    public Task<List<byte[]>> ListCustomersAsync() => RunAsync(connection =>
    {
        using var select = connection.Prepared("SELECT DISTINCT customer_id FROM decision_log");
        using var rows = select.ExecuteReader();
        var found = new List<byte[]>();
        while (rows.Read())
        {
            found.Add(rows.GetFieldValue<byte[]>(0));
        }

        return found;
    });

    private static string GetFirst(DateTimeOffset at) => new DecisionId((ulong)at.ToUnixTimeMilliseconds() << 16, 0).ToString();

    public void Dispose()
    {
        lock (_gate)
        {
            _connection?.Dispose();
            _connection = null;
        }
    }

    // SQLite's calls block: they do so on a thread of the pool, one at a time.
    private Task<T> RunAsync<T>(Func<SqliteConnection, T> work) => Task.Run(() =>
    {
        lock (_gate)
        {
            try
            {
                return work(_connection ??= Open());
            }
            catch (SqliteException fault)
            {
                throw SqliteFaults.Meaning(fault, _path);
            }
        }
    });

    private SqliteConnection Open()
    {
        var connection = SqliteDatabase.Open(_path, mayCreate: true);
        connection.Run("PRAGMA journal_mode = WAL");
        connection.Run("PRAGMA synchronous = NORMAL");
        connection.Run(
            """
            CREATE TABLE IF NOT EXISTS decision_log
            (
                day INTEGER NOT NULL,
                decision_id TEXT NOT NULL,
                customer_id BLOB NOT NULL,
                record BLOB NOT NULL,
                PRIMARY KEY (day, decision_id)
            ) WITHOUT ROWID
            """);
        connection.Run("CREATE INDEX IF NOT EXISTS decision_log_customer ON decision_log (customer_id)");
        return connection;
    }
}
