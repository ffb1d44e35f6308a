using System.Globalization;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Bulk.Export;

/// <summary>Writes customers as rows, one format each.</summary>
internal abstract class RowWriter(ExportJob job) : IAsyncDisposable
{
    protected ExportJob Job => job;

    public static async Task<RowWriter> OpenAsync(FileStream file, ExportJob job) => job.Format switch
    {
        BulkFormat.Csv => new CsvWriting(file, job),
        BulkFormat.Ndjson => new NdjsonWriting(file, job),
        _ => await ParquetWriting.CreateAsync(file, job),
    };

    /// <summary>Writes a customer.</summary>
    public abstract ValueTask WriteAsync(byte[] customerId, CustomerState state, long nowMs);

    /// <summary>Writes what is left.</summary>
    public abstract ValueTask EndAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>A tag's value as text; null when the customer has none.</summary>
    protected static string? TextOf(TagDefinition tag, TagSet tags, long nowMs)
    {
        if (tag.Type == TagType.String)
        {
            return tags.TryGetText(tag.Number, nowMs, out var text) ? text : null;
        }

        return tags.TryGet(tag.Number, nowMs, out var bits)
            ? tag.Type switch
            {
                TagType.Bool => bits != 0 ? "true" : "false",
                TagType.Integer => bits.ToString(CultureInfo.InvariantCulture),
                TagType.Decimal => Decimal4.Format(bits),
                TagType.Time => DateTimeOffset.FromUnixTimeMilliseconds(bits).ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture),

                // A value that the catalogue no longer has could not be imported again.
                _ => tag.EnumNumbers.FirstOrDefault(pair => pair.Value == bits).Key is { } name ? name : null,
            }
            : null;
    }

    /// <summary>A consent as text; null when nothing was said.</summary>
    protected static string? TextOf((ushort Channel, Purpose Purpose) consent, ConsentSet consents)
    {
        foreach (var entry in consents.Entries)
        {
            if (entry.Channel == consent.Channel && entry.Purpose == consent.Purpose)
            {
                return entry.IsGranted ? Columns.ColumnMap.Granted : Columns.ColumnMap.Refused;
            }
        }

        return null;
    }
}
