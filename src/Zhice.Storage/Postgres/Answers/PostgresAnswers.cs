using Zhice.Domain.Customers;
using Zhice.Storage.Answers;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.States;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Answers;

/// <summary>Answers in PostgreSQL: in the partition of the day on which the state gave them up, each by its key.</summary>
internal sealed class PostgresAnswers(PostgresPool pool) : IAnswerStore
{
    private const string FindText =
        "SELECT body_hash, answered_at, version, answer FROM given_answer WHERE bucket = $1 AND customer_id = $2 AND id_hash = $3";

    private readonly PostgresCalls _calls = new(pool);

    public async Task<AnsweredRequest?> FindAsync(string customerId, ulong idHash)
    {
        var customer = CustomerKey.Create(customerId);
        var found = await _calls.ReadAsync(
            FindText,
            () => [Value((short)customer.Bucket), Value(customer.Key), Value(unchecked((long)idHash))],
            row => new AnsweredRequest(
                idHash, unchecked((ulong)row.GetInt64(0)), new DateTimeOffset(row.GetDateTime(1)).ToUnixTimeMilliseconds(), row.GetInt64(2),
                row.GetFieldValue<byte[]>(3)));
        return found.Count == 0 ? null : found.MaxBy(static answer => answer.AtMs);
    }
}
