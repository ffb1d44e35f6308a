using Zhice.Domain.Customers;
using Zhice.Storage.Answers;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Answers;

/// <summary>Answers in SQLite.</summary>
internal sealed class SqliteAnswers(SqliteReadPool<SqliteSession> reads) : IAnswerStore
{
    public async Task<AnsweredRequest?> FindAsync(string customerId, ulong idHash)
    {
        var customer = CustomerKey.Create(customerId);
        var found = await reads.ReadAsync(session => session.Read(
            "SELECT body_hash, answered_at_ms, version, answer FROM given_answer WHERE bucket = $0 AND customer_id = $1 AND id_hash = $2",
            row =>
                new AnsweredRequest(
                    idHash, unchecked((ulong)row.GetInt64(0)), row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3)),
            customer.Bucket, customer.Key, unchecked((long)idHash)));
        return found is [var answer] ? answer : null;
    }
}
