using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using Zhice.Storage.Journeys;
using Zhice.Storage.Postgres.Outbox;
using Zhice.Storage.Postgres.States;
using Zhice.Storage.States;
using static Zhice.Storage.Postgres.States.WriteStatements;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>
/// The statements for what commits do beside keeping states. They follow the states' own in the transaction, and do their
/// work for those writes only whose state this very transaction has kept: its row bears the transaction's number.
/// </summary>
internal static class EffectStatements
{
    // By how much the clock of who says since when, and the database's day, may differ, and more.
    private const long DayMs = 86_400_000;

    private const string Kept =
        $"JOIN grain_state AS s ON {SameKey} AND s.write_id = n.write_id AND s.xmin = pg_current_xact_id()::xid";

    // Of the partitions those are read in which a contact of the batch may have been counted, and what was counted before there were any.
    private const string FindText =
        $"""
        SELECT n.write_id, n.contact_id, coalesce(s.version, 0)
        FROM {KeyColumns}, $5::uuid[], $6::text[]) AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id)
        JOIN contact_ledger AS l ON l.bucket = n.bucket AND l.contact_id = n.contact_id AND l.write_id <> n.write_id
            AND (l.kept_on >= $7 OR l.kept_on = '1970-01-01') AND l.kept_on <= (now() AT TIME ZONE 'UTC')::date + 1
        LEFT JOIN grain_state AS s ON {SameKey}
        """;

    private const string CountText =
        $"""
        INSERT INTO contact_ledger (bucket, contact_id, customer_id, counted_at, write_id)
        SELECT n.bucket, n.contact_id, n.grain_key, n.counted_at, n.write_id
        FROM {KeyColumns}, $5::uuid[], $6::text[], $7::timestamptz[]) AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id, counted_at)
        {Kept}
        """;

    private const string SendText =
        $"""
        INSERT INTO outbox (bucket, contact_id, customer_id, channel, campaign, available_at, next_at, expires_at, message, state_version)
        SELECT n.bucket, n.contact_id, n.grain_key, n.channel, n.campaign, n.available_at, n.available_at, n.expires_at, n.message, s.version
        FROM {KeyColumns}, $5::uuid[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::bytea[], $11::text[])
            WITH ORDINALITY AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id, channel, available_at, expires_at, message, campaign, place)
        {Kept}
        ORDER BY n.place
        """;

    private const string ReviveText =
        $"""
        DELETE FROM dead_letter AS d
        USING {KeyColumns}, $5::uuid[], $6::text[]) AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id)
        {Kept}
        WHERE d.bucket = n.bucket AND d.contact_id = n.contact_id AND d.customer_id = n.grain_key
        """;

    // The row's own columns say what is counted; a contact that is not there any more is counted nowhere.
    private const string EndText =
        $"""
        WITH freed AS (
            DELETE FROM outbox AS o
            USING {KeyColumns}, $5::uuid[], $6::text[], $7::smallint[], $8::integer[], $9::text[], $10::timestamptz[])
                AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id, outcome, day, reason, at)
            {Kept}
            WHERE o.bucket = n.bucket AND o.contact_id = n.contact_id AND o.customer_id = n.grain_key
            RETURNING o.*, n.outcome, coalesce(n.day, (now() AT TIME ZONE 'UTC')::date - date '1970-01-01') AS day, n.reason AS why,
                coalesce(n.at, now()) AS at),
        dead AS (
            INSERT INTO dead_letter (bucket, contact_id, customer_id, channel, campaign, attempts, reason, died_at, message)
            SELECT bucket, contact_id, customer_id, channel, campaign, attempts, why, date_trunc('milliseconds', now()), message FROM freed WHERE outcome = 3
            ON CONFLICT (bucket, contact_id) DO UPDATE SET reason = excluded.reason, died_at = excluded.died_at),
        {PostgresOutboxTexts.Wake}
        INSERT INTO delivery_count_part AS c (campaign, channel, day, outcome, shard, count)
        SELECT campaign, channel, day, outcome, {PostgresOutboxTexts.CountShard}, count(*) FROM freed GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        ON CONFLICT (campaign, channel, day, outcome, shard) DO UPDATE SET count = c.count + excluded.count
        """;

    private const string VoidText =
        $"""
        UPDATE outbox AS o SET expires_at = least(o.expires_at, n.at)
        FROM {KeyColumns}, $5::uuid[], $6::text[], $7::timestamptz[]) AS n (grain_type, bucket, grain_key, state_name, write_id, contact_end, at)
        {Kept}
        WHERE o.bucket = n.bucket AND o.customer_id = n.grain_key AND right(o.contact_id, length(n.contact_end)) = n.contact_end
            AND (o.lease_id IS NULL OR o.next_at <= n.at OR o.is_behind)
        """;

    private const string HearText =
        $"""
        INSERT INTO delivery_count_part AS c (campaign, channel, day, outcome, shard, count)
        SELECT n.campaign, n.channel, n.day, n.outcome, {PostgresOutboxTexts.CountShard}, count(*)
        FROM {KeyColumns}, $5::uuid[], $6::text[], $7::text[], $8::integer[], $9::smallint[])
            AS n (grain_type, bucket, grain_key, state_name, write_id, campaign, channel, day, outcome)
        {Kept}
        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        ON CONFLICT (campaign, channel, day, outcome, shard) DO UPDATE SET count = c.count + excluded.count
        """;

    private const string FindLeasesText =
        $"""
        SELECT n.write_id, n.lease_id, coalesce(l.remaining, 0), coalesce(s.version, 0)
        FROM {KeyColumns}, $5::uuid[], $6::uuid[]) AS n (grain_type, bucket, grain_key, state_name, write_id, lease_id)
        LEFT JOIN stock_lease AS l ON l.lease_id = n.lease_id
        LEFT JOIN grain_state AS s ON {SameKey}
        WHERE s.write_id IS DISTINCT FROM n.write_id
        """;

    // The leases' rows are locked in the order of their ids. The unit that a dead letter gave back and that has not gone back yet
    // is the one that it takes again: its row is locked, so that it goes back before, and is paid for, or not at all.
    private const string TakeText =
        $"""
        WITH taken AS MATERIALIZED (
            SELECT n.bucket, n.contact_id, n.lease_id, n.ends_at, n.goes_back
            FROM {KeyColumns}, $5::uuid[], $6::text[], $7::uuid[], $8::timestamptz[], $9::boolean[])
                AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id, lease_id, ends_at, goes_back)
            {Kept}),
        still AS MATERIALIZED (
            SELECT u.bucket, u.contact_id FROM stock_unit AS u JOIN taken AS t ON t.bucket = u.bucket AND t.contact_id = u.contact_id
            WHERE t.ends_at IS NOT NULL FOR UPDATE OF u),
        paying AS MATERIALIZED (
            SELECT l.lease_id, l.action_id, t.units
            FROM (
                SELECT t.lease_id, count(*) FILTER (WHERE s.contact_id IS NULL)::integer AS units
                FROM taken AS t LEFT JOIN still AS s ON s.bucket = t.bucket AND s.contact_id = t.contact_id
                GROUP BY t.lease_id) AS t
            JOIN stock_lease AS l ON l.lease_id = t.lease_id
            ORDER BY l.lease_id FOR UPDATE OF l),
        paid AS (UPDATE stock_lease AS l SET remaining = l.remaining - p.units FROM paying AS p WHERE l.lease_id = p.lease_id)
        INSERT INTO stock_unit (bucket, contact_id, action_id, ends_at, goes_back)
        SELECT t.bucket, t.contact_id, p.action_id, t.ends_at, t.goes_back
        FROM taken AS t JOIN paying AS p ON p.lease_id = t.lease_id
        WHERE t.ends_at IS NOT NULL
        ON CONFLICT (bucket, contact_id) DO UPDATE SET ends_at = excluded.ends_at, goes_back = excluded.goes_back
        """;

    // Spent: forgotten, as it never goes back. Given back: its time is over, and the sweep for such units does the rest.
    private const string EndUnitText =
        $"""
        WITH n AS MATERIALIZED (
            SELECT n.bucket, n.contact_id, n.is_spent, n.at
            FROM {KeyColumns}, $5::uuid[], $6::text[], $7::boolean[], $8::timestamptz[])
                AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id, is_spent, at)
            {Kept}),
        spent AS (DELETE FROM stock_unit AS u USING n WHERE n.is_spent AND u.bucket = n.bucket AND u.contact_id = n.contact_id)
        UPDATE stock_unit AS u SET ends_at = least(u.ends_at, n.at), goes_back = true
        FROM n WHERE NOT n.is_spent AND u.bucket = n.bucket AND u.contact_id = n.contact_id
        """;

    private const string MoveText =
        $"""
        INSERT INTO journey_count AS c (journey, version, arm, from_stage, to_stage, way, event_type, stayed, shard, count)
        SELECT n.journey, n.version, n.arm, n.from_stage, n.to_stage, n.way, n.event_type, n.stayed, {PostgresOutboxTexts.CountShard}, count(*)
        FROM {KeyColumns}, $5::uuid[], $6::integer[], $7::integer[], $8::smallint[], $9::integer[], $10::integer[], $11::smallint[], $12::integer[], $13::smallint[])
            AS n (grain_type, bucket, grain_key, state_name, write_id, journey, version, arm, from_stage, to_stage, way, event_type, stayed)
        {Kept}
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9
        ON CONFLICT (journey, version, arm, from_stage, to_stage, way, event_type, stayed, shard) DO UPDATE SET count = c.count + excluded.count
        """;

    private const string WordText =
        $"""
        INSERT INTO consent_word (bucket, customer_id, said_at, channel, purpose, is_granted, source, evidence, actor, recorded_at)
        SELECT n.bucket, n.grain_key, n.said_at, n.channel, n.purpose, n.is_granted, n.source, n.evidence, n.actor, n.recorded_at
        FROM {KeyColumns}, $5::uuid[], $6::timestamptz[], $7::integer[], $8::smallint[], $9::boolean[], $10::smallint[], $11::text[], $12::text[], $13::timestamptz[])
            WITH ORDINALITY AS n (grain_type, bucket, grain_key, state_name, write_id, said_at, channel, purpose, is_granted, source, evidence, actor, recorded_at, place)
        {Kept}
        ORDER BY n.place
        ON CONFLICT DO NOTHING
        """;

    private const string AnswerText =
        $"""
        INSERT INTO given_answer (bucket, customer_id, id_hash, body_hash, answered_at, version, answer)
        SELECT n.bucket, n.grain_key, n.id_hash, n.body_hash, n.answered_at, n.version, n.answer
        FROM {KeyColumns}, $5::uuid[], $6::bigint[], $7::bigint[], $8::timestamptz[], $9::bigint[], $10::bytea[])
            AS n (grain_type, bucket, grain_key, state_name, write_id, id_hash, body_hash, answered_at, version, answer)
        {Kept}
        ON CONFLICT DO NOTHING
        """;

    private const string SetText =
        $"""
        INSERT INTO customer_timer (bucket, customer_id, step, generation, due_at)
        SELECT n.bucket, n.grain_key, n.step, n.generation, n.due_at
        FROM {KeyColumns}, $5::uuid[], $6::text[], $7::bigint[], $8::timestamptz[])
            AS n (grain_type, bucket, grain_key, state_name, write_id, step, generation, due_at)
        {Kept}
        ON CONFLICT (bucket, customer_id, step) DO UPDATE SET generation = excluded.generation, due_at = excluded.due_at
        """;

    private const string CancelText =
        $"""
        DELETE FROM customer_timer AS t
        USING {KeyColumns}, $5::uuid[], $6::text[]) AS n (grain_type, bucket, grain_key, state_name, write_id, step)
        {Kept}
        WHERE t.bucket = n.bucket AND t.customer_id = n.grain_key AND t.step = n.step
        """;

    /// <summary>
    /// Finds contacts that the writes count and that others have counted: write id, contact id, and the state's version.
    /// </summary>
    public static NpgsqlBatchCommand Find(IReadOnlyList<StateWrite> batch)
    {
        var (writes, counted) = Of(batch, static effects => effects.Counted);
        var since = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, counted.Min(static contact => contact.SinceMs) - DayMs)).UtcDateTime);
        return Statement(
            FindText, writes, ContactIds(counted, static contact => contact.ContactId), new NpgsqlParameter<DateOnly> { TypedValue = since, NpgsqlDbType = NpgsqlDbType.Date });
    }

    /// <summary>
    /// Finds the leases of which writes that were not kept yet take units, a row for each unit: write id, lease, how many units
    /// it has, and the state's version.
    /// </summary>
    public static NpgsqlBatchCommand FindLeases(IReadOnlyList<StateWrite> batch)
    {
        var (writes, taken) = Of(batch, static effects => effects.Taken);
        return Statement(FindLeasesText, writes, Column(NpgsqlDbType.Uuid, Array.ConvertAll(taken, static unit => unit.LeaseId)));
    }

    /// <summary>The statements that a batch needs.</summary>
    public static IEnumerable<NpgsqlBatchCommand> For(IReadOnlyList<StateWrite> batch)
    {
        var (writes, counted) = Of(batch, static effects => effects.Counted);
        if (writes.Length > 0)
        {
            yield return Statement(CountText, writes, ContactIds(counted, static contact => contact.ContactId), Times(counted, static contact => contact.CountedAtMs));
        }

        (writes, var ended) = Of(batch, static effects => effects.Ended);
        if (writes.Length > 0)
        {
            yield return Statement(
                EndText,
                writes,
                ContactIds(ended, static contact => contact.ContactId),
                Column(NpgsqlDbType.Smallint, Array.ConvertAll(ended, static contact => (short)contact.Outcome)),
                Column(NpgsqlDbType.Integer, Array.ConvertAll(ended, static contact => contact.Day)),
                Column(NpgsqlDbType.Text, Array.ConvertAll(ended, static contact => contact.Reason)),
                Column(NpgsqlDbType.TimestampTz, Array.ConvertAll(ended, static contact => contact.AtMs is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : (DateTimeOffset?)null)));
        }

        // Before what is sent: that is of now.
        (writes, var voided) = Of(batch, static effects => effects.Voided);
        if (writes.Length > 0)
        {
            yield return Statement(VoidText, writes, ContactIds(voided, static action => action.ContactEnd), Times(voided, static action => action.AtMs));
        }

        (writes, var heard) = Of(batch, static effects => effects.Heard);
        if (writes.Length > 0)
        {
            yield return Statement(
                HearText,
                writes,
                Column(NpgsqlDbType.Text, Array.ConvertAll(heard, static contact => contact.CampaignId)),
                Column(NpgsqlDbType.Text, Array.ConvertAll(heard, static contact => contact.ChannelId)),
                Column(NpgsqlDbType.Integer, Array.ConvertAll(heard, static contact => contact.Day)),
                Column(NpgsqlDbType.Smallint, Array.ConvertAll(heard, static contact => (short)contact.Outcome)));
        }

        (writes, var revived) = Of(batch, static effects => effects.Revived);
        if (writes.Length > 0)
        {
            yield return Statement(ReviveText, writes, ContactIds(revived, static contactId => contactId));
        }

        (writes, var sent) = Of(batch, static effects => effects.Sent);
        if (writes.Length > 0)
        {
            yield return Statement(
                SendText,
                writes,
                ContactIds(sent, static contact => contact.ContactId),
                Column(NpgsqlDbType.Text, Array.ConvertAll(sent, static contact => contact.ChannelId)),
                Times(sent, static contact => contact.AvailableAtMs),
                Times(sent, static contact => contact.ExpiresAtMs),
                Column(NpgsqlDbType.Bytea, Array.ConvertAll(sent, static contact => contact.Message)),
                Column(NpgsqlDbType.Text, Array.ConvertAll(sent, static contact => contact.CampaignId)));
        }

        (writes, var endedUnits) = Of(batch, static effects => effects.EndedUnits);
        if (writes.Length > 0)
        {
            yield return Statement(
                EndUnitText,
                writes,
                ContactIds(endedUnits, static unit => unit.ContactId),
                Column(NpgsqlDbType.Boolean, Array.ConvertAll(endedUnits, static unit => unit.IsSpent)),
                Times(endedUnits, static unit => unit.AtMs));
        }

        (writes, var taken) = Of(batch, static effects => effects.Taken);
        if (writes.Length > 0)
        {
            yield return Statement(
                TakeText,
                writes,
                ContactIds(taken, static unit => unit.ContactId),
                Column(NpgsqlDbType.Uuid, Array.ConvertAll(taken, static unit => unit.LeaseId)),
                Column(NpgsqlDbType.TimestampTz, Array.ConvertAll(taken, static unit => unit.EndsAtMs is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : (DateTimeOffset?)null)),
                Column(NpgsqlDbType.Boolean, Array.ConvertAll(taken, static unit => unit.GoesBack)));
        }

        (writes, var moves) = Of(batch, static effects => effects.Moves);
        if (writes.Length > 0)
        {
            yield return Statement(
                MoveText,
                writes,
                Column(NpgsqlDbType.Integer, Array.ConvertAll(moves, static move => (int)move.Journey)),
                Column(NpgsqlDbType.Integer, Array.ConvertAll(moves, static move => move.Version)),
                Column(NpgsqlDbType.Smallint, Array.ConvertAll(moves, static move => (short)move.Arm)),
                Column(NpgsqlDbType.Integer, Array.ConvertAll(moves, static move => (int)move.From)),
                Column(NpgsqlDbType.Integer, Array.ConvertAll(moves, static move => (int)move.To)),
                Column(NpgsqlDbType.Smallint, Array.ConvertAll(moves, static move => (short)move.Cause)),
                Column(NpgsqlDbType.Integer, Array.ConvertAll(moves, static move => (int)move.EventType)),
                Column(NpgsqlDbType.Smallint, Array.ConvertAll(moves, static move => StayScale.Of(move.StayedMs))));
        }

        (writes, var words) = Of(batch, static effects => effects.Statements);
        if (writes.Length > 0)
        {
            yield return Statement(
                WordText,
                writes,
                Times(words, static word => word.AtMs),
                Column(NpgsqlDbType.Integer, Array.ConvertAll(words, static word => (int)word.Channel)),
                Column(NpgsqlDbType.Smallint, Array.ConvertAll(words, static word => (short)word.Purpose)),
                Column(NpgsqlDbType.Boolean, Array.ConvertAll(words, static word => word.IsGranted)),
                Column(NpgsqlDbType.Smallint, Array.ConvertAll(words, static word => (short)word.Source)),
                Column(NpgsqlDbType.Text, Array.ConvertAll(words, static word => word.EvidenceId)),
                Column(NpgsqlDbType.Text, Array.ConvertAll(words, static word => word.Actor)),
                Times(words, static word => word.RecordedAtMs));
        }

        (writes, var answers) = Of(batch, static effects => effects.Answers);
        if (writes.Length > 0)
        {
            yield return Statement(
                AnswerText,
                writes,
                Column(NpgsqlDbType.Bigint, Array.ConvertAll(answers, static answer => unchecked((long)answer.IdHash))),
                Column(NpgsqlDbType.Bigint, Array.ConvertAll(answers, static answer => unchecked((long)answer.BodyHash))),
                Times(answers, static answer => answer.AtMs),
                Column(NpgsqlDbType.Bigint, Array.ConvertAll(answers, static answer => answer.Version)),
                Column(NpgsqlDbType.Bytea, Array.ConvertAll(answers, static answer => answer.Answer)));
        }

        (writes, var set) = Of(batch, static effects => effects.Timers.Where(static timer => timer.DueAtMs is not null));
        if (writes.Length > 0)
        {
            yield return Statement(
                SetText, writes, Steps(set), Column(NpgsqlDbType.Bigint, Array.ConvertAll(set, static timer => timer.Generation)), Times(set, static timer => timer.DueAtMs!.Value));
        }

        (writes, var cancelled) = Of(batch, static effects => effects.Timers.Where(static timer => timer.DueAtMs is null));
        if (writes.Length > 0)
        {
            yield return Statement(CancelText, writes, Steps(cancelled));
        }
    }

    // Each effect beside the write it belongs to.
    private static (StateWrite[] Writes, T[] Effects) Of<T>(IReadOnlyList<StateWrite> batch, Func<CommitEffects, IEnumerable<T>> kind)
    {
        (StateWrite Write, T Effect)[] pairs = [.. batch.Where(static write => write.Effects is not null).SelectMany(write => kind(write.Effects!), static (write, effect) => (write, effect))];
        return (Array.ConvertAll(pairs, static pair => pair.Write), Array.ConvertAll(pairs, static pair => pair.Effect));
    }

    private static NpgsqlBatchCommand Statement(string text, StateWrite[] writes, params ReadOnlySpan<NpgsqlParameter> more) =>
        WriteStatements.Of(text, writes, [WriteIds(writes), .. more]);

    private static NpgsqlParameter ContactIds<T>(T[] effects, Converter<T, string> id) => Column(NpgsqlDbType.Text, Array.ConvertAll(effects, id));

    private static NpgsqlParameter Steps(TimerChange[] timers) => Column(NpgsqlDbType.Text, Array.ConvertAll(timers, static timer => timer.Step));

    private static NpgsqlParameter Times<T>(T[] effects, Func<T, long> atMs) =>
        Column(NpgsqlDbType.TimestampTz, Array.ConvertAll(effects, effect => DateTimeOffset.FromUnixTimeMilliseconds(atMs(effect))));
}
