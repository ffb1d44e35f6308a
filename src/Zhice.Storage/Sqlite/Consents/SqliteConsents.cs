using Zhice.Domain.Contacts;
using Zhice.Domain.Primitives;
using Zhice.Storage.Consents;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Consents;

/// <summary>The history of consent in SQLite.</summary>
internal sealed class SqliteConsents(SqliteReadPool<SqliteSession> reads) : IConsentStore
{
    public async Task<IReadOnlyList<KeptStatement>> ListAsync(string customerId, StatementPosition? before, int limit)
    {
        var customer = CustomerKey.Create(customerId);
        return await reads.ReadAsync(session => session.Read(
            """
            SELECT said_at_ms, number, channel, purpose, is_granted, source, evidence, actor, recorded_at_ms FROM consent_word
            WHERE bucket = $0 AND customer_id = $1 AND (said_at_ms, number) < ($3, $4) ORDER BY said_at_ms DESC, number DESC LIMIT $2
            """,
            static row => new KeptStatement(
                new(row.GetInt64(0), row.GetInt64(1)),
                new((ushort)row.GetInt32(2), (Purpose)row.GetByte(3), row.GetBoolean(4), row.GetInt64(0))
                {
                    Source = (ConsentSource)row.GetByte(5), EvidenceId = row.GetString(6), Actor = row.GetString(7),
                    RecordedAtMs = row.GetInt64(8),
                }),
            customer.Bucket, customer.Key, limit, before?.AtMs ?? long.MaxValue, before?.Number ?? long.MaxValue));
    }
}
