using System.Text;
using Zhice.Bulk.Columns;
using Zhice.Files;
using Zhice.Storage.States;

namespace Zhice.Bulk.Rows;

/// <summary>Reads the rows of a file, one format each.</summary>
internal abstract class RowReader : IDisposable
{
    private readonly RepeatedCustomers _customers = new();
    private long _repeated;

    /// <summary>The number of the row that was read last, from 1.</summary>
    protected long Row { get; set; }

    /// <summary>How far in the file it is, 0 to 1.</summary>
    public abstract double Fraction { get; }

    /// <summary>As of when the file says that it is, unix milliseconds; null: it says nothing.</summary>
    public virtual long? WrittenAtMs => null;

    /// <summary>Reads rows into a batch until it is full; false when there are no more.</summary>
    /// <param name="batch">An empty batch.</param>
    /// <param name="after">Rows up to this number are passed over.</param>
    /// <exception cref="UnreadableFileException">The file cannot be read further.</exception>
    public bool Fill(RowBatch batch, long after)
    {
        var hasMore = true;
        while (hasMore && !batch.IsFull)
        {
            hasMore = Next();
            if (!hasMore)
            {
                break;
            }

            Row++;
            if (Row > after)
            {
                batch.Begin();
                if (Read(batch) is { } reject)
                {
                    AddReject(batch, reject);
                }
            }
            else if (Customer() is var customer && CustomerCell.FindFault(customer) is null)
            {
                _customers.Add(customer);
            }
        }

        (batch.Repeated, _repeated) = (_repeated, 0);
        batch.LastRow = Row;
        batch.Fraction = Fraction;
        return hasMore;
    }

    public abstract void Dispose();

    /// <summary>Goes to the next row; false at the end.</summary>
    protected abstract bool Next();

    /// <summary>Reads the row into the batch, or says why it is not loaded.</summary>
    protected abstract Reject? Read(RowBatch batch);

    /// <summary>The id of the row, as it stands there; empty when there is none.</summary>
    protected abstract ReadOnlySpan<byte> Customer();

    /// <summary>The key of a customer's state; null when it is no customer id.</summary>
    protected StateKey? FindKey(ReadOnlySpan<byte> customerId)
    {
        if (CustomerCell.FindFault(customerId) is not null)
        {
            return null;
        }

        _repeated += _customers.Add(customerId) ? 0 : 1;
        return new StateKey("customer", "state", customerId.ToArray());
    }

    private void AddReject(RowBatch batch, Reject reject)
    {
        if (Customer() is var customer && CustomerCell.FindFault(customer) is null)
        {
            batch.RejectedCustomers.Add((batch.Rejects.Count, Encoding.UTF8.GetString(customer)));
        }

        batch.Rejects.Add(reject);
    }

    protected static Reject NoCustomer(long line, ReadOnlySpan<byte> found) =>
        new(line, ColumnMap.CustomerId, Reject.Show(found), CustomerCell.FindFault(found) ?? "must be text");

    protected static Reject NoConsent(long line, string column, ReadOnlySpan<byte> cell) =>
        new(line, column, Reject.Show(cell), ConsentCell.Wanted);

    protected static Reject NoConsentTime(long line, string consent, ReadOnlySpan<byte> cell) => new(
        line, ColumnMap.GetTimeColumnName(consent), Reject.Show(cell),
        "must be a time with its offset, such as 2026-03-01T09:00:00+08:00, since 1970 and not after the time of the data (as-of)");
}
