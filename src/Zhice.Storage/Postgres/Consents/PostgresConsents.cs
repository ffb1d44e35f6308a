using Zhice.Domain.Contacts;
using Zhice.Domain.Primitives;
using Zhice.Storage.Consents;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.States;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Consents;

/// <summary>The history of consent in PostgreSQL.</summary>
internal sealed class PostgresConsents(PostgresPool pool) : IConsentStore
{
    private const string Columns = "SELECT said_at, number, channel, purpose, is_granted, source, evidence, actor, recorded_at FROM consent_word";

    private const string FirstText = $"{Columns} WHERE bucket = $1 AND customer_id = $2 ORDER BY said_at DESC, number DESC LIMIT $3";

    private const string NextText =
        $"{Columns} WHERE bucket = $1 AND customer_id = $2 AND (said_at, number) < ($4, $5) ORDER BY said_at DESC, number DESC LIMIT $3";

    private readonly PostgresCalls _calls = new(pool);

    public async Task<IReadOnlyList<KeptStatement>> ListAsync(string customerId, StatementPosition? before, int limit)
    {
        var customer = CustomerKey.Create(customerId);
        return await _calls.ReadAsync(
            before is null ? FirstText : NextText,
            () => before is { } place
                ? [Value((short)customer.Bucket), Value(customer.Key), Value(limit), Instant(place.AtMs), Value(place.Number)]
                : [Value((short)customer.Bucket), Value(customer.Key), Value(limit)],
            static row =>
            {
                var atMs = new DateTimeOffset(row.GetDateTime(0)).ToUnixTimeMilliseconds();
                return new KeptStatement(
                    new(atMs, row.GetInt64(1)),
                    new((ushort)row.GetInt32(2), (Purpose)row.GetInt16(3), row.GetBoolean(4), atMs)
                    {
                        Source = (ConsentSource)row.GetInt16(5), EvidenceId = row.GetString(6), Actor = row.GetString(7),
                        RecordedAtMs = new DateTimeOffset(row.GetDateTime(8)).ToUnixTimeMilliseconds(),
                    });
            });
    }
}
