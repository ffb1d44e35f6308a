using System.Text;
using Parquet;
using Parquet.Schema;
using Zhice.Bulk.Columns;
using Zhice.Bulk.Files;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Bulk.Export;

/// <summary>
/// Writes Parquet, in groups of whole slices that fit into memory, with types that all readers take exactly: times are
/// instants in milliseconds, decimals DECIMAL(19,4). The places of the groups are in the footer at the end, so the footer of
/// those that are written is what another writer needs to go on.
/// </summary>
internal sealed class ParquetWriting : RowWriter
{
    private const int DecimalDigits = 19;
    private const int DecimalPlaces = 4;

    private readonly FileStream _stream;
    private readonly ParquetSchema _schema;
    private readonly DataField[] _fields;
    private readonly List<string> _customers = [];
    private readonly Column[] _tags;
    private readonly (List<string?> Words, List<long?> Times)[] _consents;
    private ParquetWriter _file;

    private ParquetWriting(ParquetWriter file, FileStream stream, ParquetSchema schema, ExportJob job)
        : base(job)
    {
        (_file, _stream, _schema, _fields) = (file, stream, schema, schema.GetDataFields());
        _tags = [.. job.Tags.Select(_ => new Column())];
        _consents = [.. job.Consents.Select(_ => (new List<string?>(), new List<long?>()))];
    }

    public static async Task<RowWriter> CreateAsync(FileStream file, ExportJob job, long asOfMs, ExportCursor? begun)
    {
        var schema = new ParquetSchema(
        [
            new DataField(ColumnMap.CustomerId, typeof(string), isNullable: false),
            .. job.Tags.Select(tag => CreateField(tag.Id, tag.Type)),
            .. job.Consents.SelectMany(consent => new[]
            {
                CreateField(job.GetColumnName(consent), TagType.String),
                CreateField(ColumnMap.GetTimeColumnName(job.GetColumnName(consent)), TagType.Time),
            }),
        ]);
        if (begun is not null)
        {
            await file.WriteAsync(begun.Footer);
        }

        var writer = await ParquetWriter.CreateAsync(schema, file, append: begun is not null);
        writer.CustomMetadata = ExportInstant.ToMetadata(asOfMs);
        return new ParquetWriting(writer, file, schema, job);
    }

    public override async ValueTask WriteAsync(byte[] customerId, CustomerState state, long nowMs)
    {
        _customers.Add(Encoding.UTF8.GetString(customerId));
        for (var i = 0; i < _tags.Length; i++)
        {
            var tag = Job.Tags[i];
            if (IsBits(tag.Type))
            {
                _tags[i].Bits.Add(state.Tags.TryGet(tag, nowMs, out var bits) ? bits : null);
            }
            else
            {
                _tags[i].Texts.Add(Format(tag, state.Tags, nowMs));
            }
        }

        for (var i = 0; i < _consents.Length; i++)
        {
            var entry = Find(Job.Consents[i], state.Consents);
            _consents[i].Words.Add(entry is { } word ? FormatConsent(word) : null);
            _consents[i].Times.Add(entry?.AtMs);
        }
    }

    public override async ValueTask<bool> EndSliceAsync()
    {
        if (_customers.Count >= Job.MinRowsInGroup)
        {
            await WriteGroupAsync();
        }

        return _customers.Count == 0;
    }

    // The library writes a footer when it ends, and reads it again to go on in its place.
    public override async ValueTask<byte[]?> KeepAsync()
    {
        var rowsEnd = _stream.Position;
        await _file.DisposeAsync();
        var footer = new byte[_stream.Position - rowsEnd];
        _stream.Position = rowsEnd;
        await _stream.ReadExactlyAsync(footer);
        _file = await ParquetWriter.CreateAsync(_schema, _stream, append: true);
        return footer;
    }

    public override async ValueTask EndAsync()
    {
        if (_customers.Count > 0)
        {
            await WriteGroupAsync();
        }
    }

    public override ValueTask DisposeAsync() => _file.DisposeAsync();

    private async Task WriteGroupAsync()
    {
        using var group = _file.CreateRowGroup();
        await group.WriteAsync(_fields[0], (IReadOnlyCollection<string>)_customers);
        for (var i = 0; i < _tags.Length; i++)
        {
            await WriteAsync(group, _fields[i + 1], Job.Tags[i].Type, _tags[i]);
            _tags[i].Bits.Clear();
            _tags[i].Texts.Clear();
        }

        for (var i = 0; i < _consents.Length; i++)
        {
            var (words, times) = _consents[i];
            var at = 1 + _tags.Length + (2 * i);
            await group.WriteAsync(_fields[at], (IReadOnlyCollection<string>)(object)words);
            await group.WriteAsync<DateTime>(_fields[at + 1], ToInstants(times));
            words.Clear();
            times.Clear();
        }

        _customers.Clear();
    }

    private static Task WriteAsync(ParquetRowGroupWriter group, DataField field, TagType type, Column column) => type switch
    {
        TagType.Bool =>
            group.WriteAsync<bool>(field, column.Bits.Select(bits => bits is { } value ? value != 0 : (bool?)null).ToArray().AsMemory()),
        TagType.Integer => group.WriteAsync<long>(field, column.Bits.ToArray().AsMemory()),
        TagType.Decimal => group.WriteAsync<decimal>(
            field, column.Bits.Select(bits => bits is { } value ? (decimal)value / Decimal4.Scale : (decimal?)null).ToArray().AsMemory()),
        TagType.Time => group.WriteAsync<DateTime>(field, ToInstants(column.Bits)),
        _ => group.WriteAsync(field, (IReadOnlyCollection<string>)(object)column.Texts),
    };

    private static Memory<DateTime?> ToInstants(List<long?> instants) =>
        instants.Select(static at => at is { } ms ? DateTime.UnixEpoch.AddMilliseconds(ms) : (DateTime?)null).ToArray();

    private static bool IsBits(TagType type) => type is TagType.Bool or TagType.Integer or TagType.Decimal or TagType.Time;

    private static DataField CreateField(string name, TagType type) => type switch
    {
        TagType.Bool => new DataField(name, typeof(bool), isNullable: true),
        TagType.Integer => new DataField(name, typeof(long), isNullable: true),
        TagType.Decimal => new DecimalDataField(name, DecimalDigits, DecimalPlaces, isNullable: true),
        TagType.Time =>
            new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Millis, isNullable: true),
        _ => new DataField(name, typeof(string), isNullable: true),
    };

    private sealed class Column
    {
        public List<long?> Bits { get; } = [];

        public List<string?> Texts { get; } = [];
    }
}
