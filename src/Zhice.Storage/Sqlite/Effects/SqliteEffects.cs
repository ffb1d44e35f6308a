using Microsoft.Data.Sqlite;
using Zhice.Storage.Journeys;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.Sqlite.Outbox;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>The prepared statements for what a commit does beside keeping the state.</summary>
internal sealed class SqliteEffects(SqliteConnection connection) : IDisposable
{
    private readonly SqliteCommand _find = connection.Prepared(
        "SELECT 1 FROM contact_ledger WHERE bucket = $bucket AND contact_id = $contact AND write_id <> $write", "$bucket", "$contact", "$write");

    private readonly SqliteCommand _count = connection.Prepared(
        "INSERT INTO contact_ledger (bucket, contact_id, customer_id, counted_at_ms, write_id) VALUES ($bucket, $contact, $key, $at, $write)",
        "$bucket", "$contact", "$key", "$at", "$write");

    private readonly SqliteCommand _send = connection.Prepared(
        """
        INSERT INTO outbox (bucket, contact_id, customer_id, channel, campaign, available_at_ms, next_at_ms, expires_at_ms, message, state_version)
        VALUES ($bucket, $contact, $key, $channel, $campaign, $available, $available, $expires, $message, $version)
        """,
        "$bucket", "$contact", "$key", "$channel", "$campaign", "$available", "$expires", "$message", "$version");

    private readonly SqliteCommand _revive = connection.Prepared(
        "DELETE FROM dead_letter WHERE bucket = $bucket AND contact_id = $contact AND customer_id = $key", "$bucket", "$contact", "$key");

    private readonly SqliteCommand _void = connection.Prepared(
        """
        UPDATE outbox SET expires_at_ms = min(expires_at_ms, $at)
        WHERE bucket = $bucket AND customer_id = $key AND substr(contact_id, -length($end)) = $end AND (lease_id IS NULL OR next_at_ms <= $at OR is_behind)
        """,
        "$bucket", "$key", "$end", "$at");

    private readonly SqliteCommand _remaining = connection.Prepared("SELECT remaining FROM stock_lease WHERE lease_id = $lease", "$lease");

    private readonly SqliteCommand _take = connection.Prepared("UPDATE stock_lease SET remaining = remaining - 1 WHERE lease_id = $lease", "$lease");

    private readonly SqliteCommand _keep = connection.Prepared(
        """
        INSERT INTO stock_unit (bucket, contact_id, action_id, ends_at_ms, goes_back)
        SELECT $bucket, $contact, action_id, $ends, $back FROM stock_lease WHERE lease_id = $lease
        """,
        "$bucket", "$contact", "$ends", "$back", "$lease");

    private readonly SqliteCommand _spend = connection.Prepared(
        "DELETE FROM stock_unit WHERE bucket = $bucket AND contact_id = $contact", "$bucket", "$contact");

    private readonly SqliteCommand _giveBack = connection.Prepared(
        "UPDATE stock_unit SET ends_at_ms = min(ends_at_ms, $at), goes_back = 1 WHERE bucket = $bucket AND contact_id = $contact",
        "$bucket", "$contact", "$at");

    private readonly SqliteCommand _move = connection.Prepared(
        """
        INSERT INTO journey_count (journey, version, arm, from_stage, to_stage, way, event_type, stayed, count)
        VALUES ($journey, $version, $arm, $from, $to, $way, $type, $stayed, 1)
        ON CONFLICT DO UPDATE SET count = count + 1
        """,
        "$journey", "$version", "$arm", "$from", "$to", "$way", "$type", "$stayed");

    private readonly SqliteCommand _word = connection.Prepared(
        """
        INSERT INTO consent_word (bucket, customer_id, said_at_ms, channel, purpose, is_granted, source, evidence, actor, recorded_at_ms)
        VALUES ($bucket, $key, $said, $channel, $purpose, $granted, $source, $evidence, $actor, $recorded)
        ON CONFLICT DO NOTHING
        """,
        "$bucket", "$key", "$said", "$channel", "$purpose", "$granted", "$source", "$evidence", "$actor", "$recorded");

    private readonly SqliteCommand _answer = connection.Prepared(
        """
        INSERT OR REPLACE INTO given_answer (bucket, customer_id, id_hash, body_hash, answered_at_ms, version, answer)
        VALUES ($bucket, $key, $id, $body, $at, $version, $answer)
        """,
        "$bucket", "$key", "$id", "$body", "$at", "$version", "$answer");

    private readonly SqliteOutboxEnds _ends = new(connection);

    private readonly SqliteCommand _set = connection.Prepared(
        """
        INSERT INTO customer_timer (bucket, customer_id, step, generation, due_at_ms) VALUES ($bucket, $key, $step, $generation, $due)
        ON CONFLICT DO UPDATE SET generation = excluded.generation, due_at_ms = excluded.due_at_ms
        """,
        "$bucket", "$key", "$step", "$generation", "$due");

    private readonly SqliteCommand _cancel = connection.Prepared(
        "DELETE FROM customer_timer WHERE bucket = $bucket AND customer_id = $key AND step = $step", "$bucket", "$key", "$step");

    /// <summary>A contact of the write that another write has counted; null when there is none.</summary>
    public string? CountedBefore(StateWrite write)
    {
        foreach (var contact in write.Effects?.Counted ?? [])
        {
            Set(_find, write.Key.Bucket, contact.ContactId, write.WriteId.ToByteArray());
            if (_find.ExecuteScalar() is not null)
            {
                return contact.ContactId;
            }
        }

        return null;
    }

    /// <summary>A lease that has fewer units than the write takes of it; null when there is none.</summary>
    public Guid? EmptyLease(StateWrite write)
    {
        foreach (var lease in (write.Effects?.Taken ?? []).CountBy(static unit => unit.LeaseId))
        {
            Set(_remaining, lease.Key.ToByteArray());
            if (_remaining.ExecuteScalar() is not long remaining || remaining < lease.Value)
            {
                return lease.Key;
            }
        }

        return null;
    }

    /// <summary>Keeps the effects of a write whose state was just kept.</summary>
    /// <param name="write">The write.</param>
    /// <param name="version">The version that the state has now.</param>
    public void Keep(StateWrite write, long version)
    {
        if (write.Effects is not { } effects)
        {
            return;
        }

        var (bucket, customer) = (write.Key.Bucket, write.Key.Key);
        foreach (var contact in effects.Counted)
        {
            Run(_count, bucket, contact.ContactId, customer, contact.CountedAtMs, write.WriteId.ToByteArray());
        }

        foreach (var contact in effects.Ended)
        {
            _ends.End(bucket, customer, contact);
        }

        // Before what is sent: that is of now.
        foreach (var action in effects.Voided)
        {
            Run(_void, bucket, customer, action.ContactEnd, action.AtMs);
        }

        foreach (var heard in effects.Heard)
        {
            _ends.Count(heard);
        }

        foreach (var contactId in effects.Revived)
        {
            Run(_revive, bucket, contactId, customer);
        }

        foreach (var contact in effects.Sent)
        {
            Run(_send, bucket, contact.ContactId, customer, contact.ChannelId, contact.CampaignId, contact.AvailableAtMs, contact.ExpiresAtMs, contact.Message, version);
        }

        foreach (var unit in effects.EndedUnits)
        {
            if (unit.IsSpent)
            {
                Run(_spend, bucket, unit.ContactId);
            }
            else
            {
                Run(_giveBack, bucket, unit.ContactId, unit.AtMs);
            }
        }

        foreach (var unit in effects.Taken)
        {
            // The unit that a dead letter gave back and that has not gone back yet is the one that it takes again.
            if (Run(_spend, bucket, unit.ContactId) == 0)
            {
                Run(_take, unit.LeaseId.ToByteArray());
            }

            if (unit.EndsAtMs is { } ends)
            {
                Run(_keep, bucket, unit.ContactId, ends, unit.GoesBack ? 1 : 0, unit.LeaseId.ToByteArray());
            }
        }

        foreach (var move in effects.Moves)
        {
            Run(
                _move, (int)move.Journey, move.Version, (int)move.Arm, (int)move.From, (int)move.To, (int)move.Cause, (int)move.EventType,
                StayScale.Of(move.StayedMs));
        }

        foreach (var word in effects.Statements)
        {
            Run(
                _word, bucket, customer, word.AtMs, (int)word.Channel, (int)word.Purpose, word.IsGranted ? 1 : 0, (int)word.Source,
                word.EvidenceId, word.Actor, word.RecordedAtMs);
        }

        foreach (var answer in effects.Answers)
        {
            Run(_answer, bucket, customer, unchecked((long)answer.IdHash), unchecked((long)answer.BodyHash), answer.AtMs, answer.Version, answer.Answer);
        }

        foreach (var timer in effects.Timers)
        {
            if (timer.DueAtMs is { } due)
            {
                Run(_set, bucket, customer, timer.Step, timer.Generation, due);
            }
            else
            {
                Run(_cancel, bucket, customer, timer.Step);
            }
        }
    }

    public void Dispose()
    {
        foreach (var command in (ReadOnlySpan<SqliteCommand>)[_find, _count, _send, _revive, _void, _remaining, _take, _keep, _spend, _giveBack, _move, _word, _answer, _set, _cancel])
        {
            command.Dispose();
        }

        _ends.Dispose();
    }

    private static int Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        Set(command, values);
        return command.ExecuteNonQuery();
    }

    private static void Set(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
    }
}
