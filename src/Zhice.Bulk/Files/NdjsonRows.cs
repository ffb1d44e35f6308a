using System.Text;
using System.Text.Json;
using Zhice.Bulk.Columns;
using Zhice.Bulk.Rows;
using Zhice.Domain.Bulk;
using Zhice.Domain.Catalogs;
using Zhice.Files;
using Zhice.Files.Cells;
using Zhice.Files.Text;
using Zhice.Storage.States;

namespace Zhice.Bulk.Files;

/// <summary>
/// Reads a JSON object a line: a member for each column; null, or no member, is an empty cell. The members of the first
/// line are checked as a header is; a later line with an unknown member is a row that is not loaded.
/// </summary>
/// <remarks>Members mostly come in the same order: the name that followed last time is tried first.</remarks>
internal sealed class NdjsonRows : RowReader
{
    private readonly BulkStream _stream;
    private readonly LineReader _lines;
    private readonly Catalog _catalog;
    private readonly long _asOfMs;
    private readonly ColumnMap _columns;
    private readonly List<(Member Member, long AtMs)> _times = [];
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly List<Member> _order = [];
    private byte[] _unescaped = new byte[1024];
    private bool _hasFirst;

    // Of the line that is read: its customer, and whether its tags come in the order of their numbers.
    private StateKey? _key;
    private int _lastTag;
    private bool _isSorted;

    public NdjsonRows(BulkStream stream, Catalog catalog, long asOfMs)
    {
        (_stream, _catalog, _asOfMs) = (stream, catalog, asOfMs);
        _lines = new LineReader(stream.Content);
        if (!ReadLine())
        {
            throw new UnreadableFileException("The file is empty: it must have a JSON object a line. Nothing was loaded.");
        }

        _columns = ColumnMap.Create(ReadNames(_lines.Line), catalog, asOfMs);
        _hasFirst = true;
    }

    public override double Fraction => _stream.Fraction;

    public override void Dispose() => _stream.Dispose();

    protected override bool Next()
    {
        if (_hasFirst)
        {
            _hasFirst = false;
            return true;
        }

        return ReadLine();
    }

    protected override Reject? Read(RowBatch batch)
    {
        try
        {
            return ReadObject(batch);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return new(
                _lines.Number, "", "",
                fault is JsonException json
                    ? $"is no JSON object at byte {json.BytePositionInLine + 1} of the line"
                    : "has a text that is not sound");
        }
    }

    // A light look at a line that is passed over; one that is no JSON has no customer.
    protected override ReadOnlySpan<byte> Customer()
    {
        try
        {
            var json = new Utf8JsonReader(_lines.Line);
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 1 && json.ValueTextEquals("customer_id"u8))
                {
                    json.Read();
                    return json.TokenType != JsonTokenType.String ? default
                        : json.ValueIsEscaped ? Encoding.UTF8.GetBytes(json.GetString()!)
                        : _lines.Line.Slice((int)json.TokenStartIndex + 1, json.ValueSpan.Length);
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // It was rejected when it was read first.
        }

        return default;
    }

    private bool ReadLine()
    {
        try
        {
            while (_lines.Read())
            {
                if (!_lines.Line.Trim(" \t\r"u8).IsEmpty)
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            throw new UnreadableFileException($"The file cannot be read beyond line {_lines.Number}: {fault.Message}", fault);
        }
    }

    private Reject? ReadObject(RowBatch batch)
    {
        var json = new Utf8JsonReader(_lines.Line);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return new(_lines.Number, "", "", "must be a JSON object");
        }

        _times.Clear();
        (_key, _lastTag, _isSorted) = (null, 0, true);
        for (var at = 0; json.Read() && json.TokenType == JsonTokenType.PropertyName; at++)
        {
            if (ReadMember(ref json, at, batch) is { } reject)
            {
                return reject;
            }
        }

        json.Read();
        return End(batch);
    }

    private Reject? ReadMember(ref Utf8JsonReader json, int at, RowBatch batch)
    {
        var member = Find(ref json, at);
        if (member.Fault is not null)
        {
            return new(_lines.Number, member.Name, "", member.Fault);
        }

        if (member.SeenAt == Row)
        {
            return new(_lines.Number, member.Name, "", "is there twice");
        }

        member.SeenAt = Row;
        json.Read();
        return json.TokenType switch
        {
            JsonTokenType.StartObject or JsonTokenType.StartArray => new(_lines.Number, member.Name, "", "must be a single value"),
            JsonTokenType.Null => null,
            _ => ReadCell(member, ReadText(ref json), json.TokenType == JsonTokenType.String, batch),
        };
    }

    private Reject? ReadCell(Member member, ReadOnlySpan<byte> cell, bool isString, RowBatch batch)
    {
        var line = _lines.Number;
        if (member.Kind == MemberKind.Customer)
        {
            _key = isString ? FindKey(cell) : null;
            return _key is not null ? null
                : isString ? NoCustomer(line, cell)
                : new(
                    line, member.Name, Reject.Show(cell), "must be a string, in quotes: numbers of JSON lose digits and leading zeros");
        }

        if (cell.IsEmpty)
        {
            return null;
        }

        switch (member.Kind)
        {
            case MemberKind.Consent:
                if (!ConsentCell.TryRead(cell, out var isGranted))
                {
                    return NoConsent(line, member.Name, cell);
                }

                batch.Add(new RowConsent(member.Consent.Channel, member.Consent.Purpose, isGranted));
                return null;
            case MemberKind.ConsentTime:
                if (!TimeCell.TryRead(cell, out var atMs) || !_columns.IsConsentTime(atMs))
                {
                    return NoConsentTime(line, member.Consent.Name, cell);
                }

                _times.Add((member, atMs));
                return null;
            default:
                if (!member.Tag.TryRead(cell, out var tag))
                {
                    return Reject.Create(line, member.Tag.Tag, cell, member.Tag.DescribeWanted(cell));
                }

                batch.Add(tag);
                (_isSorted, _lastTag) = (_isSorted && tag.Tag > _lastTag, tag.Tag);
                return null;
        }
    }

    private Reject? End(RowBatch batch)
    {
        if (_key is null)
        {
            return NoCustomer(_lines.Number, []);
        }

        foreach (var (member, atMs) in _times)
        {
            if (!batch.SetTime(member.Consent.Channel, member.Consent.Purpose, atMs))
            {
                return new(_lines.Number, member.Name, "", $"has no {member.Consent.Name} that it is the time of");
            }
        }

        if (!_isSorted)
        {
            batch.Sort();
        }

        batch.End(_key, _lines.Number);
        return null;
    }

    // As text: numbers and truth values as they stand there, strings unescaped.
    private ReadOnlySpan<byte> ReadText(ref Utf8JsonReader json)
    {
        if (!json.ValueIsEscaped)
        {
            return json.ValueSpan;
        }

        if (_unescaped.Length < json.ValueSpan.Length)
        {
            _unescaped = new byte[json.ValueSpan.Length * 2];
        }

        return _unescaped.AsSpan(0, json.CopyString(_unescaped));
    }

    private Member Find(ref Utf8JsonReader json, int at)
    {
        if (at < _order.Count && json.ValueTextEquals(_order[at].Utf8))
        {
            return _order[at];
        }

        var name = json.GetString()!;
        if (!_members.TryGetValue(name, out var member))
        {
            member = FindMember(name);

            // Names that nobody knows may be without end.
            if (member.Fault is null)
            {
                _members.Add(name, member);
            }
        }

        if (at < _order.Count)
        {
            _order[at] = member;
        }
        else if (at == _order.Count)
        {
            _order.Add(member);
        }

        return member;
    }

    private Member FindMember(string name) =>
        name == ColumnMap.CustomerId ? new Member(name, MemberKind.Customer)
        : ColumnMap.FindFault(name, _catalog) is { } fault ? new Member(name[..Math.Min(name.Length, 64)], MemberKind.Tag) { Fault = fault }
        : name.StartsWith(ColumnMap.ConsentPrefix, StringComparison.Ordinal)
            ? new Member(name, MemberKind.Consent) { Consent = ColumnMap.CreateConsentColumn(0, name, _catalog) }
        : name.StartsWith(ColumnMap.ConsentTimePrefix, StringComparison.Ordinal)
            ? new Member(name, MemberKind.ConsentTime) { Consent = ColumnMap.CreateConsentColumn(0, ColumnMap.GetConsentColumnName(name), _catalog) }
        : new Member(name, MemberKind.Tag) { Tag = ColumnMap.CreateTagColumn(0, name, _catalog, _asOfMs).Reader };

    private static List<string> ReadNames(ReadOnlySpan<byte> line)
    {
        var names = new List<string>();
        try
        {
            var json = new Utf8JsonReader(line);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                names.Add(json.GetString()!);
                json.Skip();
            }

            return json.TokenType == JsonTokenType.EndObject ? names : throw new JsonException();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new UnreadableFileException("The first line is no JSON object. Nothing was loaded.", fault);
        }
    }

    private enum MemberKind : byte
    {
        Customer,
        Tag,
        Consent,
        ConsentTime,
    }

    private sealed class Member(string name, MemberKind kind)
    {
        public string Name => name;

        public MemberKind Kind => kind;

        public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

        public CellReader Tag { get; init; } = null!;

        public ConsentColumn Consent { get; init; }

        public string? Fault { get; init; }

        public long SeenAt { get; set; }
    }
}
