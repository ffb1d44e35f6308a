using Microsoft.Data.Sqlite;
using Zhice.Domain.Measurement.Facts;
using Zhice.Storage.Sqlite.Connections;

namespace Zhice.Storage.Sqlite.Facts;

/// <summary>The prepared statements by which facts are recorded and added to their totals, inside a transaction.</summary>
internal sealed class SqliteFactStatements(SqliteConnection connection) : IDisposable
{
    private readonly SqliteCommand _name = connection.Prepared(
        """
        INSERT INTO fact_group (group_id, campaign, journey, stage, action, channel, placement, treatment, arm, tier, event_type)
        VALUES ($id, $0, $1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT DO NOTHING
        """,
        "$id", "$0", "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9");

    private readonly SqliteCommand _record = connection.Prepared(
        """
        INSERT INTO fact (kept_at_ms, at_ms, group_id, amount, day, code, probability, kind, rank, bucket, key, customer_id, about)
        VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), coalesce($at, CAST(unixepoch('subsec') * 1000 AS INTEGER)), $group, $amount,
            coalesce($day, unixepoch() / 86400), $code, $probability, $kind, $rank, $bucket, $key, $customer, $about)
        """,
        "$at", "$group", "$amount", "$day", "$code", "$probability", "$kind", "$rank", "$bucket", "$key", "$customer", "$about");

    private readonly SqliteCommand _count = connection.Prepared(
        """
        INSERT INTO fact_count (group_id, day, kind, code, count, amount) VALUES ($group, coalesce($day, unixepoch() / 86400), $kind, $code, 1, $amount)
        ON CONFLICT DO UPDATE SET count = count + 1, amount = amount + excluded.amount
        """,
        "$group", "$day", "$kind", "$code", "$amount");

    /// <summary>Records a fact.</summary>
    public void Record(int bucket, byte[] customer, in Fact fact)
    {
        Name(fact.GroupId, fact.Group);
        _record.Run(
            fact.AtMs, fact.GroupId, fact.AmountFen, fact.Day, fact.Code, (double)fact.Probability, (int)fact.Kind, fact.Rank, bucket,
            fact.Key, customer, fact.About);
        _count.Run(fact.GroupId, fact.Day, (int)fact.Kind, fact.Code, fact.AmountFen);
    }

    /// <summary>Records the end of a contact.</summary>
    public void RecordEnd(int bucket, byte[] customer, string contactId, (FactKind Kind, int Code, long GroupId) end, long? atMs, int? day)
    {
        object at = (object?)atMs ?? DBNull.Value, onDay = (object?)day ?? DBNull.Value;
        _record.Run(at, end.GroupId, 0L, onDay, end.Code, 0.0, (int)end.Kind, 0, bucket, contactId, customer, "");
        _count.Run(end.GroupId, onDay, (int)end.Kind, end.Code, 0L);
    }

    public void Dispose()
    {
        _name.Dispose();
        _record.Dispose();
        _count.Dispose();
    }

    private void Name(long id, FactGroup? group)
    {
        if (group is not null)
        {
            _name.Run([id, .. group.Names]);
        }
    }
}
