using Microsoft.Data.Sqlite;
using Zhice.Domain.Effects;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.Sqlite.Facts;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Puts contacts into the outbox, and measures them.</summary>
internal sealed class SentContactWriter(SqliteConnection connection, SqliteFactStatements facts) : EffectWriter<OutboundContact>
{
    private readonly SqliteCommand _send = connection.Prepared(
        """
        INSERT INTO outbox (bucket, contact_id, customer_id, channel, campaign, available_at_ms, next_at_ms, expires_at_ms, message, state_version, group_id)
        VALUES ($bucket, $contact, $key, $channel, $campaign, $available, $available, $expires, $message, $version, $group)
        """,
        "$bucket", "$contact", "$key", "$channel", "$campaign", "$available", "$expires", "$message", "$version", "$group");

    public override void Dispose() => _send.Dispose();

    protected override IReadOnlyList<OutboundContact> Select(CommitEffects effects) => effects.Sent;

    protected override void Write(StateWrite write, OutboundContact contact, long version)
    {
        _send.Run(
            write.Key.Bucket, contact.ContactId, write.Key.Key, contact.ChannelId, contact.CampaignId, contact.AvailableAtMs,
            contact.ExpiresAtMs, contact.Message, version, contact.GroupId);
        if (contact.ToFact() is { } fact)
        {
            facts.Record(write.Key.Bucket, write.Key.Key, fact);
        }
    }
}
