using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using Zhice.Domain.Contacts;
using Zhice.Domain.Tags;
using Zhice.Files.Cells;
using Zhice.Files.Parquet;
using Zhice.Files.Text;

namespace Zhice.Files.Tables;

/// <summary>Reads Parquet, a row group at a time; only the columns that are asked for.</summary>
internal sealed class ParquetTable : TableReader
{
    private readonly ParquetSource _file;
    private readonly ParquetColumn?[] _columns;
    private readonly byte[] _buffer = new byte[512];
    private int _group = -1;
    private long _groupRows;
    private long _at;
    private long _row;

    private ParquetTable(ParquetSource file)
    {
        _file = file;
        _columns = new ParquetColumn?[file.Types.Length];
        Use(Enumerable.Range(0, _columns.Length));
    }

    public override ImmutableArray<string> Columns => _file.Columns;

    public override string Place => string.Create(CultureInfo.InvariantCulture, $"Row {_row:N0}");

    public static ParquetTable Open(BulkStream stream) => ParquetSource.Open(stream, static file => new ParquetTable(file));

    public override void Use(IEnumerable<int> columns)
    {
        Array.Clear(_columns);
        foreach (var column in columns)
        {
            _columns[column] = ParquetColumn.Create(_file.Types[column], new BankCalendar(BankCalendar.DefaultZone));
        }
    }

    public override bool Read()
    {
        _at++;
        while (_group < 0 || _at >= _groupRows)
        {
            if (++_group >= _file.GroupCount)
            {
                return false;
            }

            _groupRows = _file.ReadGroup(_group, _columns);
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

    public override bool TryInstant(int column, out long ms)
    {
        ms = 0;
        var values = Used(column);
        return !values.IsNull((int)_at) && values.Type.Kind switch
        {
            ParquetKind.Text => TimeCell.TryRead(values.Text((int)_at, _buffer), out ms),
            ParquetKind.Instant or ParquetKind.LocalTime or ParquetKind.Date => values.TryBits((int)_at, TagType.Time, out ms),
            _ => false,
        };
    }

    protected override void Dispose(bool disposing) => _file.Dispose();

    private ParquetColumn Used(int column) => _columns[column] ?? throw new InvalidOperationException($"The column {column} is not read.");
}
