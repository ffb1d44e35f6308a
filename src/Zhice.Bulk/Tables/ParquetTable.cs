using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using Parquet;
using Zhice.Bulk.Files;
using Zhice.Domain.Contacts;

namespace Zhice.Bulk.Tables;

/// <summary>Reads Parquet, a row group at a time; only the columns that are asked for.</summary>
internal sealed class ParquetTable : TableReader
{
    private readonly BulkStream _stream;
    private readonly WindowStream _window;
    private readonly long _pagesEnd;
    private readonly ParquetReader _file;
    private readonly ParquetType[] _types;
    private readonly ParquetColumn?[] _columns;
    private readonly byte[] _buffer = new byte[512];
    private int _group = -1;
    private long _groupRows;
    private long _at;
    private long _row;

    private ParquetTable(BulkStream stream, WindowStream window, long pagesEnd, ParquetReader file)
    {
        (_stream, _window, _pagesEnd, _file) = (stream, window, pagesEnd, file);
        _types = ParquetRows.ReadTypes(file.Metadata!);
        Columns = [.. file.Schema.DataFields.Select(static field => field.Name)];
        _columns = new ParquetColumn?[_types.Length];
        Use(Enumerable.Range(0, _types.Length));
    }

    public override ImmutableArray<string> Columns { get; }

    public override string Place => string.Create(CultureInfo.InvariantCulture, $"Row {_row:N0}");

    public static ParquetTable Open(BulkStream stream) => ParquetRows.Reading("The file is no Parquet file, or it is cut off", () =>
    {
        var pagesEnd = ParquetFooter.Check(stream.Content);
        var window = new WindowStream(stream.Content);
        return new ParquetTable(stream, window, pagesEnd, ParquetReader.CreateAsync(window).GetAwaiter().GetResult());
    });

    public override void Use(IEnumerable<int> columns)
    {
        Array.Clear(_columns);
        foreach (var column in columns)
        {
            _columns[column] = ParquetColumn.Create(_types[column], new BankCalendar(BankCalendar.DefaultZone));
        }
    }

    public override bool Read()
    {
        _at++;
        while (_group < 0 || _at >= _groupRows)
        {
            if (++_group >= _file.RowGroupCount)
            {
                return false;
            }

            _groupRows = ParquetRows.Reading(
                $"Row group {_group + 1} cannot be read", () => ParquetGroup.Read(_stream, _window, _pagesEnd, _file, _group, _columns));
            _at = 0;
        }

        _row++;
        return true;
    }

    public override ReadOnlySpan<byte> Text(int column) =>
        Used(column).IsNull((int)_at) ? default : Used(column).Text((int)_at, _buffer);

    public override bool TryNumber(int column, out double number)
    {
        number = 0;
        var values = Used(column);
        if (values.IsNull((int)_at))
        {
            return false;
        }

        if (values.Type.Kind == ParquetKind.Text)
        {
            var cell = values.Text((int)_at, _buffer);
            return Utf8Parser.TryParse(cell, out number, out var read) && read == cell.Length && double.IsFinite(number);
        }

        number = values.GetNumber((int)_at) ?? double.NaN;
        return double.IsFinite(number);
    }

    protected override void Dispose(bool disposing)
    {
        _file.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _stream.Dispose();
    }

    private ParquetColumn Used(int column) => _columns[column] ?? throw new InvalidOperationException($"The column {column} is not read.");
}
