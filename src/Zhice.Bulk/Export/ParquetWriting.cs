using System.Text;
using Parquet;
using Parquet.Schema;
using Zhice.Bulk.Columns;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Bulk.Export;

/// <summary>Writes Parquet, in groups of rows that fit into memory. Decimals are text, which is exact.</summary>
internal sealed class ParquetWriting : RowWriter
{
    private const int RowsInGroup = 20_000;

    private readonly ParquetWriter _file;
    private readonly DataField[] _fields;
    private readonly List<string> _customers = new(RowsInGroup);
    private readonly Column[] _tags;
    private readonly List<string?>[] _consents;

    private ParquetWriting(ParquetWriter file, DataField[] fields, ExportJob job)
        : base(job)
    {
        (_file, _fields) = (file, fields);
        _tags = [.. job.Tags.Select(_ => new Column())];
        _consents = [.. job.Consents.Select(_ => new List<string?>(RowsInGroup))];
    }

    public static async Task<RowWriter> CreateAsync(FileStream file, ExportJob job)
    {
        DataField[] fields =
        [
            new DataField(ColumnMap.CustomerId, typeof(string), isNullable: false),
            .. job.Tags.Select(tag => new DataField(tag.Id, TypeOf(tag.Type), isNullable: true)),
            .. job.Consents.Select(consent => new DataField(job.NameOf(consent), typeof(string), isNullable: true)),
        ];
        return new ParquetWriting(await ParquetWriter.CreateAsync(new ParquetSchema(fields), file), fields, job);
    }

    public override async ValueTask WriteAsync(byte[] customerId, CustomerState state, long nowMs)
    {
        _customers.Add(Encoding.UTF8.GetString(customerId));
        for (var i = 0; i < _tags.Length; i++)
        {
            var tag = Job.Tags[i];
            if (IsBits(tag.Type))
            {
                _tags[i].Bits.Add(state.Tags.TryGet(tag.Number, nowMs, out var bits) ? bits : null);
            }
            else
            {
                _tags[i].Texts.Add(TextOf(tag, state.Tags, nowMs));
            }
        }

        for (var i = 0; i < _consents.Length; i++)
        {
            _consents[i].Add(TextOf(Job.Consents[i], state.Consents));
        }

        if (_customers.Count == RowsInGroup)
        {
            await WriteGroupAsync();
        }
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
            await group.WriteAsync(_fields[i + 1 + _tags.Length], (IReadOnlyCollection<string>)(object)_consents[i]);
            _consents[i].Clear();
        }

        _customers.Clear();
    }

    private static Task WriteAsync(ParquetRowGroupWriter group, DataField field, TagType type, Column column) => type switch
    {
        TagType.Bool => group.WriteAsync<bool>(field, column.Bits.Select(bits => bits is { } value ? value != 0 : (bool?)null).ToArray().AsMemory()),
        TagType.Integer => group.WriteAsync<long>(field, column.Bits.ToArray().AsMemory()),
        TagType.Time => group.WriteAsync<DateTime>(
            field, column.Bits.Select(bits => bits is { } ms ? DateTime.UnixEpoch.AddMilliseconds(ms) : (DateTime?)null).ToArray().AsMemory()),
        _ => group.WriteAsync(field, (IReadOnlyCollection<string>)(object)column.Texts),
    };

    private static bool IsBits(TagType type) => type is TagType.Bool or TagType.Integer or TagType.Time;

    private static Type TypeOf(TagType type) => type switch
    {
        TagType.Bool => typeof(bool),
        TagType.Integer => typeof(long),
        TagType.Time => typeof(DateTime),
        _ => typeof(string),
    };

    private sealed class Column
    {
        public List<long?> Bits { get; } = [];

        public List<string?> Texts { get; } = [];
    }
}
