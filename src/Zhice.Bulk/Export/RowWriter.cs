using System.Globalization;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Bulk.Export;

/// <summary>Writes customers as rows, one format each.</summary>
internal abstract class RowWriter(ExportJob job) : IAsyncDisposable
{
    protected ExportJob Job => job;

    /// <summary>Begins a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="job">What is written.</param>
    /// <param name="asOfMs">As of when, unix milliseconds.</param>
    /// <param name="begun">What is kept of the rows that the file has already; null when it has none.</param>
    public static async Task<RowWriter> OpenAsync(FileStream file, ExportJob job, long asOfMs, ExportCursor? begun) => job.Format switch
    {
        BulkFormat.Csv => new CsvWriting(file, job, begun is not null),
        BulkFormat.Ndjson => new NdjsonWriting(file, job),
        _ => await ParquetWriting.CreateAsync(file, job, asOfMs, begun),
    };

    /// <summary>Writes a customer.</summary>
    public abstract ValueTask WriteAsync(byte[] customerId, CustomerState state, long nowMs);

    /// <summary>Ends a slice of customers.</summary>
    /// <returns>Whether the file can end here: no customer waits for others to be written with.</returns>
    public virtual ValueTask<bool> EndSliceAsync() => ValueTask.FromResult(true);

    /// <summary>Hands what is written to the file, so that another writer can go on behind it.</summary>
    /// <returns>What the other needs beside the rows; null: nothing.</returns>
    public virtual ValueTask<byte[]?> KeepAsync() => ValueTask.FromResult<byte[]?>(null);

    /// <summary>Writes what is left.</summary>
    public abstract ValueTask EndAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>A tag's value as text; null when the customer has none.</summary>
    protected static string? Format(TagDefinition tag, TagSet tags, long nowMs)
    {
        if (tag.Type == TagType.String)
        {
            return tags.TryGetText(tag, nowMs, out var text) ? text : null;
        }

        return tags.TryGet(tag, nowMs, out var bits)
            ? tag.Type switch
            {
                TagType.Bool => bits != 0 ? "true" : "false",
                TagType.Integer => bits.ToString(CultureInfo.InvariantCulture),
                TagType.Decimal => Decimal4.Format(bits),
                TagType.Time => Format(bits),

                // A value that the catalogue no longer has could not be imported again.
                _ => tag.EnumNumbers.FirstOrDefault(pair => pair.Value == bits).Key is { } name ? name : null,
            }
            : null;
    }

    /// <summary>The latest word of consent; null when nothing was said.</summary>
    protected static ConsentEntry? Find((ushort Channel, Purpose Purpose) consent, ConsentSet consents)
    {
        foreach (var entry in consents.Entries)
        {
            if (entry.Channel == consent.Channel && entry.Purpose == consent.Purpose)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>A word of consent as text.</summary>
    protected static string FormatConsent(ConsentEntry entry) => entry.IsGranted ? Columns.ColumnMap.Granted : Columns.ColumnMap.Refused;

    /// <summary>An instant as text.</summary>
    protected static string Format(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
