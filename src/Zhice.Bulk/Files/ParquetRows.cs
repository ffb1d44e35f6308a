using Parquet;
using Parquet.Meta;
using Parquet.Schema;
using Zhice.Bulk.Columns;
using Zhice.Bulk.Rows;
using Zhice.Domain.Bulk;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Tags;

namespace Zhice.Bulk.Files;

/// <summary>
/// Reads Parquet, a row group at a time: a null is an empty cell. Lines are numbers of rows. What the values mean is read
/// here, see <see cref="ParquetType"/>; the library decodes them.
/// </summary>
internal sealed class ParquetRows : RowReader
{
    private readonly BulkStream _stream;
    private readonly WindowStream _window;
    private readonly long _pagesEnd;
    private readonly ParquetReader _file;
    private readonly ColumnMap _columns;
    private readonly DataField[] _fields;
    private readonly ParquetColumn[] _read;
    private readonly long _rows;
    private int _group = -1;
    private long _groupRows;
    private int _at;
    private readonly byte[] _customer = new byte[CustomerCell.MaxBytes + 1];

    private ParquetRows(BulkStream stream, WindowStream window, long pagesEnd, ParquetReader file, Catalog catalog, long asOfMs)
    {
        (_stream, _window, _pagesEnd, _file) = (stream, window, pagesEnd, file);
        WrittenAtMs = ExportInstant.Find(file.CustomMetadata);
        var types = ReadTypes(file.Metadata!);
        _fields = file.Schema.DataFields;
        _columns = ColumnMap.Create([.. _fields.Select(field => field.Name)], catalog, Math.Min(asOfMs, WrittenAtMs ?? asOfMs));
        Check(types);
        _read = [.. types.Select(type => ParquetColumn.Create(type, catalog.Calendar))];
        _rows = file.RowGroups.Sum(group => group.RowCount);
    }

    public override long? WrittenAtMs { get; }

    public override double Fraction => _rows == 0 ? 1 : (double)Row / _rows;

    /// <summary>Opens a file.</summary>
    /// <exception cref="BulkFileException">It is none, or its columns are not right.</exception>
    public static ParquetRows Open(BulkStream stream, Catalog catalog, long asOfMs)
    {
        if (stream.IsPacked)
        {
            throw new BulkFileException("Parquet is packed already: give it without gzip. Nothing was loaded.");
        }

        return Reading("The file is no Parquet file, or it is cut off", () =>
        {
            var pagesEnd = ParquetFooter.Check(stream.Content);
            var window = new WindowStream(stream.Content);
            return new ParquetRows(stream, window, pagesEnd, ParquetReader.CreateAsync(window).GetAwaiter().GetResult(), catalog, asOfMs);
        });
    }

    public override void Dispose()
    {
        _file.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _stream.Dispose();
    }

    protected override bool Next()
    {
        _at++;
        while (_group < 0 || _at >= _groupRows)
        {
            if (++_group >= _file.RowGroupCount)
            {
                return false;
            }

            Reading($"Row group {_group + 1} cannot be read", ReadGroup);
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

    /// <summary>
    /// The types of the columns. Their annotations are taken away: the fields that the library makes of them then are the physical ones.
    /// </summary>
    /// <exception cref="BulkFileException">A column is nested, or cannot be read rightly.</exception>
    internal static ParquetType[] ReadTypes(FileMetaData metadata)
    {
        var columns = metadata.Schema.Skip(1).ToList();
        if (columns.Find(
            static column =>
                column.NumChildren > 0 || column.RepetitionType == FieldRepetitionType.REPEATED || column.Type is null) is { } nested)
        {
            throw new BulkFileException($"The column '{nested.Name}' is nested; it must hold single values. Nothing was loaded.");
        }

        // The library reads truth values of this encoding as false, all of them.
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Type == Parquet.Meta.Type.BOOLEAN
                && metadata.RowGroups.Exists(group => !group.Columns[i].MetaData!.Encodings.Contains(Parquet.Meta.Encoding.PLAIN)))
            {
                throw new BulkFileException(
                    $"The column '{columns[i].Name}' holds BOOLEAN in the encoding RLE of data pages 2.0, which is not read; write data pages 1.0, or integers or text. Nothing was loaded.");
            }
        }

        return [.. columns.Select(ParquetType.Take)];
    }

    private void Check(ParquetType[] types)
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
            if (!fits(types[index]))
            {
                throw new BulkFileException(
                    $"The column '{_fields[index].Name}' holds {types[index].Name}; it must hold {wanted}. Nothing was loaded.");
            }
        }
    }

    private bool ReadGroup()
    {
        _groupRows = ParquetGroup.Read(_stream, _window, _pagesEnd, _file, _group, _read);
        return true;
    }

    internal static T Reading<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is not (BulkFileException or OutOfMemoryException))
        {
            // The library throws whatever a damaged file makes it stumble over.
            throw new BulkFileException($"{what}: {fault.Message}", fault);
        }
    }
}
