using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;
using Zhice.Files.Cells;
using Zhice.Files.Text;

namespace Zhice.Files.Tables;

/// <summary>Reads comma-separated values: RFC 4180, UTF-8, a header, a record a line.</summary>
internal sealed class CsvTable : TableReader
{
    private const int MaxRecordBytes = 1 << 20;

    private readonly BulkStream _stream;
    private readonly CsvReader _csv;
    private string? _malformed;

    public CsvTable(BulkStream stream)
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
            OnMalformedRecord = record => _malformed = $"record {record.RecordNumber} is not well formed ({record.Reason})",
        });
        Columns = Reading(() =>
        {
            _csv.ReadHeader();
            return _csv.Headers?.ToImmutableArray() ?? [];
        });
        if (Columns.IsEmpty)
        {
            throw new UnreadableFileException("The file is empty: a header with the names of the columns is missing.");
        }
    }

    public override ImmutableArray<string> Columns { get; }

    public override string Place => string.Create(CultureInfo.InvariantCulture, $"Line {_csv.LineNumber:N0}");

    // All of a record's cells are found at once.
    public override void Use(IEnumerable<int> columns)
    {
    }

    public override bool Read()
    {
        if (!Reading(_csv.Read))
        {
            return false;
        }

        if (_malformed is not null)
        {
            throw new UnreadableFileException($"{Place}: {_malformed}; quote a cell that has a comma or a quote, and double its quotes.");
        }

        return _csv.FieldCount == Columns.Length
            ? true
            : throw new UnreadableFileException($"{Place} has {_csv.FieldCount} cells; the header has {Columns.Length}.");
    }

    public override ReadOnlySpan<byte> Text(int column) => _csv.GetSpan(column);

    public override bool TryNumber(int column, out double number)
    {
        var cell = _csv.GetSpan(column);
        return Utf8Parser.TryParse(cell, out number, out var read) && read == cell.Length && double.IsFinite(number);
    }

    public override bool TryInstant(int column, out long ms) => TimeCell.TryRead(_csv.GetSpan(column), out ms);

    protected override void Dispose(bool disposing)
    {
        _csv.Dispose();
        _stream.Dispose();
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
