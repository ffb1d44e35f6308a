using System.Text;
using Parquet;
using Parquet.Schema;
using Zhice.Bulk.Columns;
using Zhice.Bulk.Rows;
using Zhice.Domain.Catalogs;

namespace Zhice.Bulk.Files;

/// <summary>Reads Parquet, a row group at a time: a null is an empty cell. Lines are numbers of rows.</summary>
internal sealed class ParquetRows : RowReader
{
    // A row group is unpacked as a whole.
    private const long MostGroupCells = 200_000_000;

    private readonly BulkStream _stream;
    private readonly ParquetReader _file;
    private readonly ColumnMap _columns;
    private readonly DataField[] _fields;
    private readonly ParquetColumn[] _read;
    private readonly long _rows;
    private int _group = -1;
    private long _groupRows;
    private int _at;

    private ParquetRows(BulkStream stream, ParquetReader file, Catalog catalog, long asOfMs)
    {
        (_stream, _file) = (stream, file);
        _fields = file.Schema.DataFields;
        foreach (var field in _fields)
        {
            if (field.MaxRepetitionLevel > 0 || field.Path.Length > 1)
            {
                throw new BulkFileException($"The column '{field.Path}' is nested; it must hold single values. Nothing was loaded.");
            }
        }

        _columns = ColumnMap.Of([.. _fields.Select(field => field.Name)], catalog, asOfMs);
        _read = [.. _fields.Select(field => ParquetColumn.Of(field)
            ?? throw new BulkFileException($"The column '{field.Name}' holds {field.ClrType.Name}, which cannot be read. Nothing was loaded."))];
        foreach (var column in _columns.Tags)
        {
            if (!_read[column.Index].Fits(column.Reader.Tag.Type))
            {
                throw new BulkFileException(
                    $"The column '{column.Reader.Tag.Id}' holds {_fields[column.Index].ClrType.Name}; it must hold {column.Reader.Wanted}, or text. Nothing was loaded.");
            }
        }

        _rows = file.RowGroups.Sum(group => group.RowCount);
    }

    public override double Fraction => _rows == 0 ? 1 : (double)Row / _rows;

    /// <summary>Opens a file.</summary>
    /// <exception cref="BulkFileException">It is none, or its columns are not right.</exception>
    public static ParquetRows Open(BulkStream stream, Catalog catalog, long asOfMs)
    {
        if (stream.IsPacked)
        {
            throw new BulkFileException("Parquet is packed already: give it without gzip. Nothing was loaded.");
        }

        return Reading("The file is no Parquet file, or it is cut off", () => new ParquetRows(
            stream, ParquetReader.CreateAsync(stream.Content).GetAwaiter().GetResult(), catalog, asOfMs));
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

    protected override Reject? Read(RowBatch batch)
    {
        Span<byte> buffer = stackalloc byte[Math.Max(CellReader.MostTextBytes, MostCustomerIdBytes) + 1];
        _read[_columns.Customer].TryText(_at, buffer, out var customer);
        if (KeyOf(customer) is not { } key)
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
                batch.Add(column.Reader.Of(bits));
                continue;
            }

            var isText = values.TryText(_at, buffer, out var cell);
            if (isText && cell.IsEmpty)
            {
                continue;
            }

            if (!isText || !column.Reader.TryRead(cell, out var tag))
            {
                return Reject.Of(Row, column.Reader.Tag, cell, column.Reader.Wanted);
            }

            batch.Add(tag);
        }

        foreach (ref readonly var column in _columns.Consents.AsSpan())
        {
            if (_read[column.Index].TryText(_at, buffer, out var cell) && !cell.IsEmpty && !TryConsent(column, cell, batch))
            {
                return NoConsent(Row, column.Name, cell);
            }
        }

        batch.End(key, Row);
        return null;
    }

    private bool ReadGroup()
    {
        using var group = _file.OpenRowGroupReader(_group);
        _groupRows = group.RowCount;
        if (_groupRows * _fields.Length > MostGroupCells || _groupRows > int.MaxValue)
        {
            throw new BulkFileException(
                $"Row group {_group + 1} has {_groupRows:N0} rows, too many to be unpacked at once; write groups of at most {MostGroupCells / _fields.Length:N0} rows.");
        }

        for (var i = 0; i < _fields.Length; i++)
        {
            _read[i].ReadAsync(group, _fields[i], (int)_groupRows).GetAwaiter().GetResult();
        }

        return true;
    }

    private static T Reading<T>(string what, Func<T> read)
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
