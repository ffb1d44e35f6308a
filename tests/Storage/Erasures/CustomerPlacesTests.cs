using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhice.Storage.Erasures;
using Zhice.Storage.Postgres;
using Zhice.Storage.Sqlite;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.Tests.Postgres;

namespace Zhice.Storage.Tests.Erasures;

/// <summary>No table and no column that may name a customer is forgotten by erasures and access.</summary>
public sealed class CustomerPlacesTests
{
    [Fact]
    public async Task Every_table_and_column_of_PostgreSQL_is_named_with_what_it_has_of_a_customer()
    {
        var store = await Databases.NewStoreAsync();
        await using (await PostgresBackend.OpenAsync(store, NullLogger.Instance))
        {
            await using var connection = new NpgsqlConnection(store.SchemaConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand(
                """
                SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL)
                FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                """,
                connection);
            await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            var found = new List<(string Table, string Column, string Type)>();
            while (await rows.ReadAsync(TestContext.Current.CancellationToken))
            {
                found.Add((rows.GetString(0), rows.GetString(1), rows.GetString(2)));
            }

            Check(
                found,
                static type =>
                    type is "bigint" or "integer" or "smallint" or "boolean" or "date" or "oid"
                        || type.StartsWith("timestamp", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Every_table_and_column_of_SQLite_is_named_with_what_it_has_of_a_customer()
    {
        using var folder = new TempFolder();
        await using (SqliteBackend.Open(folder.Path, NullLogger.Instance))
        {
            using var session = new SqliteSession(SqliteDatabase.Open(folder.Database, onlyReads: true));
            Check(
                session.Read(
                    "SELECT t.name, c.name, c.type FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'",
                    static row => (row.GetString(0), row.GetString(1), row.GetString(2))),
                static type => type == "INTEGER");
        }
    }

    private static void Check(IEnumerable<(string Table, string Column, string Type)> found, Func<string, bool> isHarmless)
    {
        foreach (var table in found.GroupBy(static column => column.Table))
        {
            var place = CustomerPlaces.All.FirstOrDefault(place => place.Table == table.Key);
            Assert.True(
                place is not null,
                $"The table {table.Key} is not in CustomerPlaces: say there what it has of a customer, and how an erasure removes it.");
            var other = table.Where(column => !isHarmless(column.Type))
                .Select(static column => column.Column)
                .Except(place.Columns)
                .ToList();
            Assert.True(other.Count == 0, $"Columns of {table.Key} are not in CustomerPlaces: {string.Join(", ", other)}.");
            Assert.True(
                place.Kind != PlaceKind.Nothing
                    || !place.Columns.Any(static column => column.Contains("customer", StringComparison.Ordinal)),
                $"{table.Key} names customers and is taken for having nothing of them.");
        }
    }
}
