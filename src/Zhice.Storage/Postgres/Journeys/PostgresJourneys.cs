using System.Text;
using Zhice.Domain.Journeys;
using Zhice.Storage.Journeys;
using Zhice.Storage.Postgres.Connections;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Journeys;

/// <summary>Timers and counts of journeys in PostgreSQL.</summary>
internal sealed class PostgresJourneys(PostgresPool pool) : IJourneyStore
{
    // The first timer is before all there are: so one text serves both.
    private const string DueText =
        """
        SELECT customer_id, step, generation, due_at, bucket FROM customer_timer
        WHERE due_at >= $3 AND due_at <= $6 AND bucket % $2 = $1 AND (due_at, bucket, customer_id, step) > ($3, $4, $5, $7)
        ORDER BY due_at, bucket, customer_id, step LIMIT $8
        """;

    private const string OverdueText = "SELECT count(*) FROM customer_timer WHERE due_at < $1";

    private const string CountsText =
        """
        SELECT version, arm, from_stage, to_stage, way, event_type, stayed, sum(count)::bigint FROM journey_count
        WHERE journey = $1 GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
        """;

    private static readonly long FirstMs = DateTimeOffset.UnixEpoch.ToUnixTimeMilliseconds();

    private readonly PostgresCalls _calls = new(pool);

    public async Task<IReadOnlyList<DueTimer>> ListDueAsync(
        int part, int parts, DueTimer? after, long nowMs, int limit) => await _calls.ReadAsync(
        DueText,
        () =>
        [
            Value((short)part), Value((short)parts), Instant(after?.DueAtMs ?? FirstMs), Value(after?.Bucket ?? (short)-1),
            Value(Encoding.UTF8.GetBytes(after?.CustomerId ?? "")),
            Instant(nowMs), Value(after?.Step ?? ""), Value(limit),
        ],
        static row => new DueTimer(
            Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)), row.GetString(1), row.GetInt64(2),
            new DateTimeOffset(row.GetDateTime(3)).ToUnixTimeMilliseconds(), row.GetInt16(4)));

    public async Task<long> CountOverdueAsync(long beforeMs) =>
        (await _calls.ReadAsync(OverdueText, () => [Instant(beforeMs)], static row => row.GetInt64(0)))[0];

    public async Task<IReadOnlyList<JourneyCount>> ListCountsAsync(ushort journey) => await _calls.ReadAsync(
        CountsText,
        () => [Value((int)journey)],
        row => new JourneyCount(
            new(
                journey, row.GetInt32(0), (byte)row.GetInt16(1), (ushort)row.GetInt32(2), (ushort)row.GetInt32(3),
                (Domain.Journeys.TransitionCause)row.GetInt16(4),
                (ushort)row.GetInt32(5), 0, StayScale.ToMs(row.GetInt16(6))),
            row.GetInt64(7)));
}
