using Zhice.Bulk.Columns;
using Zhice.Domain.Bulk;
using Zhice.Storage.States;

namespace Zhice.Bulk.Rows;

/// <summary>Reads the rows of a file, one format each.</summary>
internal abstract class RowReader : IDisposable
{
    public const int MostCustomerIdBytes = 64;

    /// <summary>The number of the row that was read last, from 1.</summary>
    protected long Row { get; set; }

    /// <summary>How far in the file it is, 0 to 1.</summary>
    public abstract double Fraction { get; }

    /// <summary>Reads rows into a batch until it is full; false when there are no more.</summary>
    /// <param name="batch">An empty batch.</param>
    /// <param name="after">Rows up to this number are passed over.</param>
    /// <exception cref="BulkFileException">The file cannot be read further.</exception>
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
                    batch.Rejects.Add(reject);
                }
            }
        }

        batch.LastRow = Row;
        batch.Fraction = Fraction;
        return hasMore;
    }

    public abstract void Dispose();

    /// <summary>Goes to the next row; false at the end.</summary>
    protected abstract bool Next();

    /// <summary>Reads the row into the batch, or says why it is not loaded.</summary>
    protected abstract Reject? Read(RowBatch batch);

    /// <summary>The key of a customer's state; null when it is no customer id.</summary>
    protected static StateKey? KeyOf(ReadOnlySpan<byte> customerId) =>
        customerId.Length is 0 or > MostCustomerIdBytes || !SoundText.IsSound(customerId)
            ? null
            : new StateKey("customer", "state", customerId.ToArray());

    protected static Reject NoCustomer(long line, ReadOnlySpan<byte> found) => new(
        line, ColumnMap.CustomerId, Reject.Show(found), $"must be 1 to {MostCustomerIdBytes} bytes of sound UTF-8 text, without U+0000");

    /// <summary>Reads a consent's cell; false when it is none.</summary>
    protected static bool TryConsent(in ConsentColumn column, ReadOnlySpan<byte> cell, RowBatch batch)
    {
        var isGranted = cell.SequenceEqual("granted"u8);
        if (!isGranted && !cell.SequenceEqual("refused"u8))
        {
            return false;
        }

        batch.Add(new RowConsent(column.Channel, column.Purpose, isGranted));
        return true;
    }

    protected static Reject NoConsent(long line, string column, ReadOnlySpan<byte> cell) =>
        new(line, column, Reject.Show(cell), $"must be {ColumnMap.Granted} or {ColumnMap.Refused}");
}
