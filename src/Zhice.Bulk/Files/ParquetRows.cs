using Zhice.Bulk.Columns;
using Zhice.Bulk.Rows;
using Zhice.Domain.Bulk;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Tags;
using Zhice.Files;
using Zhice.Files.Cells;
using Zhice.Files.Parquet;
using Zhice.Files.Text;

namespace Zhice.Bulk.Files;

/// <summary>
/// Reads Parquet, a row group at a time: a null is an empty cell. Lines are numbers of rows. What the values mean is read
/// here, see <see cref="ParquetType"/>; the library decodes them.
/// </summary>
internal sealed class ParquetRows : RowReader
{
    private readonly ParquetSource _file;
    private readonly ColumnMap _columns;
    private readonly ParquetColumn[] _read;
    private int _group = -1;
    private long _groupRows;
    private int _at;
    private readonly byte[] _customer = new byte[CustomerCell.MaxBytes + 1];

    private ParquetRows(ParquetSource file, Catalog catalog, long asOfMs)
    {
        _file = file;
        WrittenAtMs = ExportInstant.Find(file.Metadata);
        _columns = ColumnMap.Create(file.Columns, catalog, Math.Min(asOfMs, WrittenAtMs ?? asOfMs));
        CheckTypes();
        _read = [.. file.Types.Select(type => ParquetColumn.Create(type, catalog.Calendar))];
    }

    public override long? WrittenAtMs { get; }

    public override double Fraction => _file.RowCount == 0 ? 1 : (double)Row / _file.RowCount;

    /// <summary>Opens a file.</summary>
    /// <exception cref="UnreadableFileException">It is none, or its columns are not right.</exception>
    public static ParquetRows Open(BulkStream stream, Catalog catalog, long asOfMs)
    {
        if (stream.IsPacked)
        {
            throw new UnreadableFileException("Parquet is packed already: give it without gzip. Nothing was loaded.");
        }

        return ParquetSource.Open(stream, file => new ParquetRows(file, catalog, asOfMs));
    }

    public override void Dispose() => _file.Dispose();

    protected override bool Next()
    {
        _at++;
        while (_group < 0 || _at >= _groupRows)
        {
            if (++_group >= _file.GroupCount)
            {
                return false;
            }

            _groupRows = _file.ReadGroup(_group, _read);
            _at = 0;
        }

        return true;
    }

    protected override ReadOnlySpan<byte> Customer()
    {
        var ids = _read[_columns.Customer];
        return ids.IsNull(_at) ? default : ids.Text(_at, _customer);
    }

    protected override Reject? Read(RowBatch batch)
    {
        Span<byte> buffer = stackalloc byte[CellReader.MaxTextBytes];
        var customer = Customer();
        if (FindKey(customer) is not { } key)
        {
            return NoCustomer(Row, customer);
        }

        foreach (ref readonly var column in _columns.Tags.AsSpan())
        {
            var values = _read[column.Index];
            if (values.IsNull(_at))
            {
                continue;
            }

            if (values.TryBits(_at, column.Reader.Tag.Type, out var bits))
            {
                batch.Add(column.Reader.CreateTag(bits));
                continue;
            }

            var cell = values.Text(_at, buffer);
            if (values.Type.Kind != ParquetKind.Text)
            {
                return Reject.Create(Row, column.Reader.Tag, cell, column.Reader.Wanted);
            }

            if (cell.IsEmpty)
            {
                continue;
            }

            if (!column.Reader.TryRead(cell, out var tag))
            {
                return Reject.Create(Row, column.Reader.Tag, cell, column.Reader.DescribeWanted(cell));
            }

            batch.Add(tag);
        }

        foreach (ref readonly var column in _columns.Consents.AsSpan())
        {
            var hasTime = TryTime(column, buffer, out var atMs, out var time);
            var cell = _read[column.Index].IsNull(_at) ? default : _read[column.Index].Text(_at, buffer);
            if (!hasTime)
            {
                return NoConsentTime(Row, column.Name, time);
            }

            if (cell.IsEmpty && atMs is null)
            {
                continue;
            }

            if (!ConsentCell.TryRead(cell, out var isGranted))
            {
                return NoConsent(Row, column.Name, cell);
            }

            batch.Add(new RowConsent(column.Channel, column.Purpose, isGranted, atMs));
        }

        batch.End(key, Row);
        return null;
    }

    // True without an instant where there is none.
    private bool TryTime(in ConsentColumn column, Span<byte> buffer, out long? atMs, out ReadOnlySpan<byte> cell)
    {
        atMs = null;
        cell = default;
        if (column.Time < 0 || _read[column.Time].IsNull(_at))
        {
            return true;
        }

        var values = _read[column.Time];
        if (!values.TryBits(_at, TagType.Time, out var ms))
        {
            cell = values.Text(_at, buffer);
            if (cell.IsEmpty)
            {
                return true;
            }

            if (values.Type.Kind != ParquetKind.Text || !TimeCell.TryRead(cell, out ms))
            {
                return false;
            }
        }

        atMs = ms;
        return _columns.IsConsentTime(ms);
    }

    private void CheckTypes()
    {
        Check(_columns.Customer, static type => type.FitsCustomer, "text or whole numbers: other types lose digits of ids");
        foreach (var column in _columns.Tags)
        {
            var reader = column.Reader;
            Check(column.Index, type => type.Fits(reader.Tag.Type), $"{reader.Wanted}, or text");
        }

        foreach (var column in _columns.Consents)
        {
            Check(column.Index, static type => type.FitsConsent, "granted or refused as text, a BOOLEAN, or 1 or 0");
            if (column.Time >= 0)
            {
                Check(column.Time, static type => type.Fits(TagType.Time), "a TIMESTAMP, or text");
            }
        }

        void Check(int index, Func<ParquetType, bool> fits, string wanted)
        {
            if (!fits(_file.Types[index]))
            {
                throw new UnreadableFileException(
                    $"The column '{_file.Columns[index]}' holds {_file.Types[index].Name}; it must hold {wanted}. Nothing was loaded.");
            }
        }
    }
}
