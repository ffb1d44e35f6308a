using Microsoft.Data.Sqlite;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Effects;

namespace Zhice.Storage.Sqlite;

/// <summary>The prepared statements by which contacts leave the outbox and are counted, inside a transaction.</summary>
internal sealed class SqliteOutboxEnds(SqliteConnection connection) : IDisposable
{
    private const string OfContact = "bucket = $bucket AND contact_id = $contact AND customer_id = $customer";

    private readonly SqliteCommand _bury = connection.Prepared(
        $"""
        INSERT INTO dead_letter (bucket, contact_id, customer_id, channel, campaign, attempts, reason, died_at_ms, message)
        SELECT bucket, contact_id, customer_id, channel, campaign, attempts, $reason, CAST(unixepoch('subsec') * 1000 AS INTEGER), message
        FROM outbox WHERE {OfContact}
        ON CONFLICT DO UPDATE SET reason = excluded.reason, died_at_ms = excluded.died_at_ms
        """,
        "$bucket", "$contact", "$customer", "$reason");

    private readonly SqliteCommand _remove = connection.Prepared(
        $"DELETE FROM outbox WHERE {OfContact} RETURNING campaign, channel", "$bucket", "$contact", "$customer");

    private readonly SqliteCommand _count = connection.Prepared(
        """
        INSERT INTO delivery_count (campaign, channel, day, outcome, count)
        VALUES ($campaign, $channel, coalesce($day, unixepoch() / 86400), $outcome, 1)
        ON CONFLICT DO UPDATE SET count = count + 1
        """,
        "$campaign", "$channel", "$day", "$outcome");

    /// <summary>Takes a customer's contact out, if it is there.</summary>
    /// <returns>Whether it was.</returns>
    public bool End(int bucket, byte[] customer, EndedContact contact)
    {
        if (contact.Outcome == DeliveryOutcome.GivenUp)
        {
            Set(_bury, bucket, contact.ContactId, customer, contact.Reason);
            _bury.ExecuteNonQuery();
        }

        Set(_remove, bucket, contact.ContactId, customer);
        (string Campaign, string Channel) of;
        using (var row = _remove.ExecuteReader())
        {
            if (!row.Read())
            {
                return false;
            }

            of = (row.GetString(0), row.GetString(1));
        }

        Count(of.Campaign, of.Channel, contact.Outcome, contact.Day);
        return true;
    }

    /// <summary>Counts what was heard.</summary>
    public void Count(HeardContact heard) => Count(heard.CampaignId, heard.ChannelId, heard.Outcome, heard.Day);

    public void Dispose()
    {
        _bury.Dispose();
        _remove.Dispose();
        _count.Dispose();
    }

    private void Count(string campaign, string channel, DeliveryOutcome outcome, int? day)
    {
        Set(_count, campaign, channel, (object?)day ?? DBNull.Value, (int)outcome);
        _count.ExecuteNonQuery();
    }

    private static void Set(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
    }
}
