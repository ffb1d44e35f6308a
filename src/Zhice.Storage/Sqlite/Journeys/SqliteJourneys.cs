using System.Text;
using Zhice.Domain.Journeys;
using Zhice.Storage.Journeys;
using Zhice.Storage.Sqlite.Connections;

namespace Zhice.Storage.Sqlite.Journeys;

/// <summary>Timers and counts of journeys in SQLite.</summary>
internal sealed class SqliteJourneys(SqliteReadPool<SqliteSession> reads) : IJourneyStore
{
    /// <summary>
    /// The statement that lists due timers in their order. A lower bound of the instant beside the row would be chosen for the index, and
    /// all timers of that instant read again.
    /// </summary>
    internal const string DueText =
        """
        SELECT customer_id, step, generation, due_at_ms, bucket FROM customer_timer
        WHERE due_at_ms <= $5 AND bucket % $1 = $0 AND (due_at_ms, bucket, customer_id, step) > ($2, $3, $4, $6)
        ORDER BY due_at_ms, bucket, customer_id, step LIMIT $7
        """;

    public Task<IReadOnlyList<DueTimer>> ListDueAsync(
        int part, int parts, DueTimer? after, long nowMs, int limit) => reads.ReadAsync(session => session.Read(
        DueText,
        static row => new DueTimer(
            Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt16(4)),
        part, parts, after?.DueAtMs ?? 0, after?.Bucket ?? -1, Encoding.UTF8.GetBytes(after?.CustomerId ?? ""), nowMs, after?.Step ?? "",
        limit));

    public Task<long> CountOverdueAsync(long beforeMs) => reads.ReadAsync(session =>
        session.Read("SELECT count(*) FROM customer_timer WHERE due_at_ms < $0", static row => row.GetInt64(0), beforeMs)[0]);

    public Task<IReadOnlyList<JourneyCount>> ListCountsAsync(ushort journey) => reads.ReadAsync(session => session.Read(
        """
        SELECT version, arm, from_stage, to_stage, way, event_type, stayed, count FROM journey_count
        WHERE journey = $0 ORDER BY version, arm, from_stage, to_stage, way, event_type, stayed
        """,
        row => new JourneyCount(
            new(
                journey, row.GetInt32(0), row.GetByte(1), (ushort)row.GetInt32(2), (ushort)row.GetInt32(3), (TransitionCause)row.GetByte(4),
                (ushort)row.GetInt32(5), 0,
                StayScale.ToMs(row.GetInt16(6))),
            row.GetInt64(7)),
        (int)journey));
}
