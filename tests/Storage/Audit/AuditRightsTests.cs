using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhice.Domain.Audit;
using Zhice.Storage.Postgres;
using Zhice.Storage.Sqlite;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.Tests.Postgres;

namespace Zhice.Storage.Tests.Audit;

/// <summary>The databases refuse to change the audit trail.</summary>
public sealed class AuditRightsTests
{
    private static readonly AuditEntry Entry = new() { Stage = AuditStage.Done, CallId = new(1, 2, 3, new byte[8]), Actor = "wang", Method = "m/M", Outcome = "OK" };

    [Theory]
    [InlineData("UPDATE audit_entry SET actor = 'li'")]
    [InlineData("DELETE FROM audit_entry")]
    [InlineData("TRUNCATE audit_entry")]
    [InlineData("DELETE FROM audit_head")]
    [InlineData("UPDATE audit_checkpoint SET content = ''")]
    public async Task PostgreSQL_refuses_it_even_to_the_owner(string statement)
    {
        var place = await Databases.NewStoreAsync();
        await using var store = await PostgresBackend.OpenAsync(place, NullLogger.Instance);
        await store.Audit.AppendAsync([Entry]);
        await using var source = NpgsqlDataSource.Create(place.SchemaConnectionString);
        await using var command = source.CreateCommand(statement);

        Assert.Equal(
            PostgresErrorCodes.InsufficientPrivilege,
            (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState);
        Assert.Single(await store.Audit.ReadAsync(0, 10));
    }

    [Fact]
    public async Task PostgreSQL_needs_no_right_to_change_entries_and_checkpoints()
    {
        var place = await Databases.NewStoreAsync();
        await using var store = await PostgresBackend.OpenAsync(place, NullLogger.Instance);
        await using var source = NpgsqlDataSource.Create(place.SchemaConnectionString);
        await using var command = source.CreateCommand(
            $"""
            CREATE ROLE {place.ServiceId}_app LOGIN;
            GRANT USAGE ON SCHEMA {place.ServiceId} TO {place.ServiceId}_app;
            GRANT SELECT, INSERT ON audit_entry, audit_checkpoint TO {place.ServiceId}_app;
            GRANT SELECT, UPDATE ON audit_head TO {place.ServiceId}_app;
            """);
        await command.ExecuteNonQueryAsync();
        var text = new NpgsqlConnectionStringBuilder(place.ConnectionString) { Options = $"-c role={place.ServiceId}_app" };
        var audit = new Storage.Postgres.Audit.PostgresAudit(
            new Storage.Postgres.Connections.PostgresPools(new(text.ConnectionString, place.ServiceId)).Queues);

        await audit.AppendAsync([Entry]);
        Assert.True(await audit.TryKeepAsync(new(1, "one")));
        Assert.Single(await audit.ListAsync(new() { Actor = "wang" }, 10, 10));
    }

    [Theory]
    [InlineData("UPDATE audit_entry SET actor = 'li'")]
    [InlineData("DELETE FROM audit_entry")]
    [InlineData("DELETE FROM audit_head")]
    public async Task SQLite_refuses_it(string statement)
    {
        using var folder = new TempFolder();
        await using var store = SqliteBackend.Open(folder.Path, NullLogger.Instance);
        await store.Audit.AppendAsync([Entry]);
        using var connection = SqliteDatabase.Open(folder.Database);

        Assert.Contains("only added", Assert.Throws<SqliteException>(() => connection.Run(statement)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chain_of_a_database_goes_on_when_it_is_opened_again()
    {
        using var folder = new TempFolder();
        await using (var store = SqliteBackend.Open(folder.Path, NullLogger.Instance))
        {
            await store.Audit.AppendAsync([Entry]);
        }

        await using var again = SqliteBackend.Open(folder.Path, NullLogger.Instance);
        Assert.Equal(2, (await again.Audit.AppendAsync([Entry])).Sequence);
    }
}
