using Microsoft.Data.Sqlite;

namespace Zhice.Storage.Sqlite.Connections;

/// <summary>Statements on one connection, inside a transaction; each is prepared once. Used by one thread.</summary>
internal class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    public void Begin() => Run("BEGIN IMMEDIATE");

    public void Commit() => Run("COMMIT");

    /// <summary>Runs a statement with the parameters $0, $1…</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run(string sql, params ReadOnlySpan<object> values) => Command(sql, values).ExecuteNonQuery();

    /// <summary>Runs a statement with the parameters $0, $1…, and reads all of its rows.</summary>
    public IReadOnlyList<T> Read<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object> values)
    {
        var found = new List<T>();
        using var row = Command(sql, values).ExecuteReader();
        while (row.Read())
        {
            found.Add(read(row));
        }

        return found;
    }

    public virtual void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<object> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            var names = new string[values.Length];
            for (var i = 0; i < names.Length; i++)
            {
                names[i] = $"${i}";
            }

            _commands[sql] = command = connection.Prepared(sql, names);
        }

        command.Set(values);
        return command;
    }
}
