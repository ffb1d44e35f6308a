using Microsoft.Data.Sqlite;
using Xunit;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.Sqlite.Journeys;
using Zhice.Storage.Sqlite.Migrations;
using Zhice.Storage.Sqlite.Outbox;

namespace Zhice.Storage.Tests.Sqlite;

/// <summary>Statements that read a long list by pages begin at their place in the index, also when all of it has one instant.</summary>
public sealed class SqlitePlanTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_lease_begins_at_its_place_in_the_queue()
    {
        Assert.Contains(
            "SEARCH d USING INDEX outbox_due (channel=? AND next_at_ms=? AND seq>?)",
            Plan(SqliteOutboxSession.LookText(SqliteOutboxSession.AtPlace)));
        Assert.Contains(
            "SEARCH d USING INDEX outbox_due (channel=? AND next_at_ms>? AND next_at_ms<?)",
            Plan(SqliteOutboxSession.LookText(SqliteOutboxSession.Later)));
    }

    [Fact]
    public void A_page_of_a_channels_waiting_contacts_begins_at_its_place()
    {
        Assert.Contains(
            "SEARCH outbox USING INDEX outbox_due (channel=? AND next_at_ms=? AND seq>?)",
            Plan(SqliteOutbox.WaitingText("push", SqliteOutbox.AtPlace)));
        Assert.Contains(
            "SEARCH outbox USING INDEX outbox_due (channel=? AND next_at_ms>?)",
            Plan(SqliteOutbox.WaitingText("push", SqliteOutbox.Later)));
    }

    [Fact]
    public void A_page_of_due_timers_begins_at_its_place() =>
        Assert.Contains("((due_at_ms,bucket,customer_id,step)>(?,?,?,?) AND due_at_ms<?)", Plan(SqliteJourneys.DueText));

    private string Plan(string statement)
    {
        using var connection = SqliteDatabase.Open(_folder.Database, mayCreate: true);
        SqliteMigrations.Migrate(connection);
        using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {statement}";
        using var row = command.ExecuteReader();
        var plan = "";
        while (row.Read())
        {
            plan += row.GetString(3) + "\n";
        }

        Assert.DoesNotContain("TEMP B-TREE FOR ORDER BY", plan.Split("SUBQUERY")[0]);
        return plan;
    }
}
