using Microsoft.Data.Sqlite;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Effects;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.Sqlite.Facts;

namespace Zhice.Storage.Sqlite.Outbox;

/// <summary>The prepared statements by which contacts leave the outbox and are counted, inside a transaction.</summary>
internal sealed class SqliteOutboxEnds(SqliteConnection connection) : IDisposable
{
    private readonly SqliteFactStatements _facts = new(connection);

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
        $"DELETE FROM outbox WHERE {OfContact} RETURNING campaign, channel, is_followed, group_id", "$bucket", "$contact", "$customer");

    // The next in order goes now; those behind it wait for its end.
    private readonly SqliteCommand _wake = connection.Prepared(
        """
        UPDATE outbox SET next_at_ms = CASE WHEN is_behind THEN min(next_at_ms, w.at) ELSE next_at_ms END, is_behind = 0, is_followed = 1
        FROM (SELECT coalesce($at, CAST(unixepoch('subsec') * 1000 AS INTEGER)) AS at) AS w
        WHERE seq = (
            SELECT e.seq FROM outbox AS e
            WHERE e.bucket = $bucket AND e.customer_id = $customer AND e.channel = $channel AND e.contact_id <> $contact
                AND e.expires_at_ms > w.at AND (e.held_by = '' OR e.next_at_ms <= w.at) AND (e.attempts > 0 OR e.available_at_ms <= w.at)
            ORDER BY e.attempts = 0, e.available_at_ms, e.seq LIMIT 1)
        """,
        "$bucket", "$contact", "$customer", "$channel", "$at");

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
            _bury.Run(bucket, contact.ContactId, customer, contact.Reason);
        }

        _remove.Set(bucket, contact.ContactId, customer);
        (string Campaign, string Channel, bool IsFollowed, long GroupId) of;
        using (var row = _remove.ExecuteReader())
        {
            if (!row.Read())
            {
                return false;
            }

            of = (row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetInt64(3));
        }

        if (of.IsFollowed)
        {
            Wake(bucket, contact.ContactId, customer, of.Channel, contact.AtMs);
        }

        Count(of.Campaign, of.Channel, contact.Outcome, contact.Day);
        if (of.GroupId != 0)
        {
            _facts.RecordEnd(
                bucket, customer, contact.ContactId,
                contact.Outcome == DeliveryOutcome.Sent
                    ? (FactKind.HandedOver, 0, of.GroupId)
                    : (FactKind.Void, (int)contact.Outcome, of.GroupId),
                contact.AtMs, contact.Day);
        }

        return true;
    }

    /// <summary>Wakes the next of those that wait behind a contact which is in nobody's way any more.</summary>
    public void Wake(int bucket, string contactId, byte[] customer, string channel, long? atMs)
    {
        _wake.Run(bucket, contactId, customer, channel, (object?)atMs ?? DBNull.Value);
    }

    /// <summary>What records facts on the same connection.</summary>
    public SqliteFactStatements Facts => _facts;

    /// <summary>Counts what was heard.</summary>
    public void Count(ReceiptRecord heard) => Count(heard.CampaignId, heard.ChannelId, heard.Outcome, heard.Day);

    public void Dispose()
    {
        _facts.Dispose();
        _bury.Dispose();
        _remove.Dispose();
        _wake.Dispose();
        _count.Dispose();
    }

    private void Count(string campaign, string channel, DeliveryOutcome outcome, int? day)
    {
        _count.Run(campaign, channel, (object?)day ?? DBNull.Value, (int)outcome);
    }
}
