using CsvHelper;
using Zhice.Bulk.Columns;
using Zhice.Bulk.Rows;
using Zhice.Domain.Bulk;
using Zhice.Domain.Catalogs;
using Zhice.Files;
using Zhice.Files.Cells;
using Zhice.Files.Text;

namespace Zhice.Bulk.Files;

/// <summary>Reads comma-separated values: RFC 4180, UTF-8, a header, a record a line.</summary>
/// <remarks>Hot path, budget 8 us a row of 60 cells.</remarks>
internal sealed class CsvRows : RowReader
{
    // A row of 1,000 tags of 256 bytes fits; an unclosed quote does not swallow the rest of a file.
    private const int MaxRecordBytes = 1 << 20;

    private readonly BulkStream _stream;
    private readonly CsvReader _csv;
    private readonly Dictionary<long, CsvMalformedReason> _malformed = [];
    private readonly ColumnMap _columns;

    public CsvRows(BulkStream stream, Catalog catalog, long asOfMs)
    {
        _stream = stream;
        _csv = CsvReader.Create(stream.Content, new CsvReaderOptions
        {
            Separator = ',',
            TrimWhitespace = false,
            TrackLineNumbers = true,
            IncludeValuesInExceptions = false,
            MaxRecordSize = MaxRecordBytes,
            BufferSize = 1 << 18,
            OnMalformedRecord = record => _malformed[record.RecordNumber] = record.Reason,
        });
        Reading(() =>
        {
            _csv.ReadHeader();
            return true;
        });
        var names = _csv.Headers ?? [];
        _columns = names.Count == 0
            ? throw new UnreadableFileException("The file is empty: a header with the column customer_id is missing. Nothing was loaded.")
            : ColumnMap.Create(names, catalog, asOfMs);
    }

    public override double Fraction => _stream.Fraction;

    public override void Dispose()
    {
        _csv.Dispose();
        _stream.Dispose();
    }

    protected override bool Next() => Reading(_csv.Read);

    protected override ReadOnlySpan<byte> Customer() =>
        _csv.FieldCount == _columns.Names.Length && !_malformed.ContainsKey(_csv.RowNumber + 1) ? _csv.GetSpan(_columns.Customer) : default;

    protected override Reject? Read(RowBatch batch)
    {
        var line = _csv.LineNumber;

        // Records are numbered with the header, rows without.
        if (_malformed.Count > 0 && _malformed.Remove(_csv.RowNumber + 1, out var malformed))
        {
            return new(line, "", "", malformed switch
            {
                CsvMalformedReason.UnterminatedQuote => "has a quote that is never closed",
                CsvMalformedReason.TextAfterClosingQuote =>
                    "has text after a closing quote; a quote within a value is doubled, and the value quoted",
                CsvMalformedReason.StrayQuote => "has a quote within an unquoted value; double it and quote the value",
                _ => $"is not well formed ({malformed})",
            });
        }

        if (_csv.FieldCount != _columns.Names.Length)
        {
            return new(line, "", "", $"has {_csv.FieldCount} cells; the header has {_columns.Names.Length}");
        }

        var customer = _csv.GetSpan(_columns.Customer);
        if (FindKey(customer) is not { } key)
        {
            return NoCustomer(line, customer);
        }

        if ((ReadTags(batch, line) ?? ReadConsents(batch, line)) is { } reject)
        {
            return reject;
        }

        batch.End(key, line);
        return null;
    }

    private Reject? ReadTags(RowBatch batch, long line)
    {
        foreach (ref readonly var column in _columns.Tags.AsSpan())
        {
            var cell = _csv.GetSpan(column.Index);
            if (cell.IsEmpty)
            {
                continue;
            }

            if (!column.Reader.TryRead(cell, out var tag))
            {
                return Reject.Create(line, column.Reader.Tag, cell, column.Reader.DescribeWanted(cell));
            }

            batch.Add(tag);
        }

        return null;
    }

    private Reject? ReadConsents(RowBatch batch, long line)
    {
        foreach (ref readonly var column in _columns.Consents.AsSpan())
        {
            var cell = _csv.GetSpan(column.Index);
            var time = column.Time < 0 ? default : _csv.GetSpan(column.Time);
            if (cell.IsEmpty && time.IsEmpty)
            {
                continue;
            }

            if (!ConsentCell.TryRead(cell, out var isGranted))
            {
                return NoConsent(line, column.Name, cell);
            }

            if (time.IsEmpty)
            {
                batch.Add(new RowConsent(column.Channel, column.Purpose, isGranted));
                continue;
            }

            if (!TimeCell.TryRead(time, out var atMs) || !_columns.IsConsentTime(atMs))
            {
                return NoConsentTime(line, column.Name, time);
            }

            batch.Add(new RowConsent(column.Channel, column.Purpose, isGranted, atMs));
        }

        return null;
    }

    private T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is FormatException or InvalidDataException or InvalidOperationException or IOException)
        {
            throw new UnreadableFileException($"The file cannot be read beyond line {_csv.LineNumber}: {fault.Message}", fault);
        }
    }
}
