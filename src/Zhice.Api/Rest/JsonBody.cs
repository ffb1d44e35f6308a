using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Domain.Expressions;

namespace Zhice.Api.Rest;

/// <summary>
/// Walks through the JSON of a request along its message, and names every member that the message does not take: with its
/// path, its line, and what is expected. Short names of enums, numbers as texts and decimals as numbers are written as the
/// message has them.
/// </summary>
internal ref struct JsonBody
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly RequestCheck _check;
    private readonly StringBuilder _path = new();
    private Utf8JsonReader _reader;
    private List<(int Start, int Length, string Text)>? _edits;

    private JsonBody(ReadOnlySpan<byte> body, RequestCheck check)
    {
        _body = body;
        _check = check;
        _reader = new(body, new JsonReaderOptions { MaxDepth = 64 });
    }

    /// <summary>The body, as the transcoding can read it; what is wrong with members is added to the check.</summary>
    /// <exception cref="Grpc.Core.RpcException">It is no JSON.</exception>
    public static byte[] Read(byte[] body, JsonNames names, RequestCheck check)
    {
        var walk = new JsonBody(body, check);
        try
        {
            walk._reader.Read();
            walk.Message(names);
            walk._reader.Read();
        }
        catch (JsonException fault)
        {
            throw walk.Malformed(fault);
        }

        return walk._edits is null || !check.IsFine ? body : walk.Edited();
    }

    /// <summary>What a field takes, as a noun.</summary>
    public static string Expected(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => "true or false",
        FieldType.String => "a text",
        FieldType.Bytes => "a text of base64",
        FieldType.Double or FieldType.Float => "a number",
        FieldType.Enum => $"one of {JsonNames.FormatEnumNames(field.EnumType)}",
        FieldType.UInt32 or FieldType.UInt64 or FieldType.Fixed32 or FieldType.Fixed64 => "a whole number from 0 on",
        FieldType.Message or FieldType.Group => Expected(field.MessageType),
        _ => "a whole number",
    };

    private static string Expected(MessageDescriptor type) => type.FullName switch
    {
        "google.protobuf.Timestamp" => "an instant such as \"2026-03-01T09:00:00Z\"",
        "google.protobuf.Duration" => "a time in seconds such as \"90s\"",
        "google.protobuf.FieldMask" => "a text such as \"a,b.c\"",
        "zhice.v1.Value" => "an object with one value, such as {\"integerValue\": 3} or {\"decimalValue\": \"4.8\"},",
        _ => $"an object ({type.Name})",
    };

    private void Message(JsonNames names)
    {
        if (HasOwnJsonForm(names.Type))
        {
            OwnForm(names.Type);
            return;
        }

        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            Wrong(FieldReasons.WrongType, Expected(names.Type));
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text();
            var field = names.Find(name);
            var length = Enter(field?.Name ?? name);
            if (field is null)
            {
                Add(FieldReasons.UnknownName, $"is no field of {names.Type.Name}{NearestName.Hint(name, names.All)}");
                _reader.Read();
                _reader.Skip();
            }
            else
            {
                CheckFirst(field, seen);
                _reader.Read();
                Field(field, names);
            }

            _path.Length = length;
        }
    }

    // Of two, one would be dropped without a word.
    private readonly void CheckFirst(FieldDescriptor field, HashSet<string> seen)
    {
        if (!seen.Add(field.Name))
        {
            Add(FieldReasons.Repeated, "is there twice");
        }
        else if (field.RealContainingOneof is { } choice && !seen.Add($"{choice.Name} of"))
        {
            Add(
                FieldReasons.NotAllowed,
                $"is one of {string.Join(", ", choice.Fields.Select(static each => each.JsonName))}, of which one only may be set");
        }
    }

    private void Field(FieldDescriptor field, JsonNames names)
    {
        if (_reader.TokenType == JsonTokenType.Null
            && !(field.FieldType == FieldType.Message && field.MessageType.FullName == "google.protobuf.Value"))
        {
            return; // As if it were not there.
        }

        if (field.IsMap)
        {
            Map(field, names);
        }
        else if (field.IsRepeated)
        {
            List(field, names);
        }
        else
        {
            Single(field, names);
        }
    }

    private void Map(FieldDescriptor field, JsonNames names)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            Wrong(FieldReasons.WrongType, "an object, a member for each entry,");
            return;
        }

        var value = field.MessageType.FindFieldByNumber(2);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Text();
            var length = _path.Length;
            _path.Append("[\"").Append(RequestCheck.Clip(key)).Append("\"]");
            if (!seen.Add(key))
            {
                Add(FieldReasons.Repeated, "is there twice");
            }

            _reader.Read();
            NotNull(value, names);
            _path.Length = length;
        }
    }

    private void List(FieldDescriptor field, JsonNames names)
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            Wrong(FieldReasons.WrongType, "a list in [ ]");
            return;
        }

        for (var i = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; i++)
        {
            var length = _path.Length;
            _path.Append(CultureInfo.InvariantCulture, $"[{i}]");
            NotNull(field, names);
            _path.Length = length;
        }
    }

    private void NotNull(FieldDescriptor field, JsonNames names)
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            Wrong(FieldReasons.WrongType, Expected(field));
        }
        else
        {
            Single(field, names);
        }
    }

    private void Single(FieldDescriptor field, JsonNames names)
    {
        switch (field.FieldType)
        {
            case FieldType.Message or FieldType.Group:
                Message(names.Get(field.MessageType));
                break;
            case FieldType.Enum:
                Enum(field);
                break;
            case FieldType.String when _reader.TokenType == JsonTokenType.Number && field.FullName == "zhice.v1.Value.decimal_value":
                Edit($"\"{Encoding.ASCII.GetString(_reader.ValueSpan)}\"");
                break;
            case FieldType.String:
                Require(field, _reader.TokenType == JsonTokenType.String);
                break;
            case FieldType.Bytes:
                Require(field, _reader.TokenType == JsonTokenType.String && IsBase64(Text()));
                break;
            case FieldType.Bool:
                Require(field, _reader.TokenType is JsonTokenType.True or JsonTokenType.False);
                break;
            case FieldType.Double or FieldType.Float:
                Require(
                    field,
                    _reader.TokenType == JsonTokenType.Number
                        || (_reader.TokenType == JsonTokenType.String && Text() is "NaN" or "Infinity" or "-Infinity"));
                break;
            default:
                Whole(field);
                break;
        }
    }

    private void Whole(FieldDescriptor field)
    {
        var text = _reader.TokenType is JsonTokenType.Number or JsonTokenType.String ? Text() : "";
        var culture = CultureInfo.InvariantCulture;
        var (isRight, isLong) = field.FieldType switch
        {
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 =>
                (long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out _), true),
            FieldType.UInt64 or FieldType.Fixed64 => (ulong.TryParse(text, NumberStyles.None, culture, out _), true),
            FieldType.UInt32 or FieldType.Fixed32 => (uint.TryParse(text, NumberStyles.None, culture, out _), false),
            _ => (int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out _), false),
        };
        if (!isRight)
        {
            var isNumber = text.Length > 0 && text.AsSpan().TrimStart('-').IndexOfAnyExceptInRange('0', '9') < 0;
            Wrong(
                isNumber ? FieldReasons.OutOfRange : FieldReasons.WrongType,
                isNumber ? $"{Expected(field)} of {(isLong ? 64 : 32)} bits" : Expected(field));
        }
        else if (!isLong && _reader.TokenType == JsonTokenType.String)
        {
            Edit(text);
        }
    }

    private void Enum(FieldDescriptor field)
    {
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetInt32(out _))
        {
            return;
        }

        if (_reader.TokenType != JsonTokenType.String)
        {
            Wrong(FieldReasons.WrongType, Expected(field));
        }
        else if (Text() is { Length: > 0 } name && JsonNames.FullName(field.EnumType, name) is { } full)
        {
            if (full != name)
            {
                Edit($"\"{full}\"");
            }
        }
        else
        {
            Wrong(FieldReasons.UnknownName, Expected(field));
        }
    }

    private static bool HasOwnJsonForm(MessageDescriptor type) => type.File.Package == "google.protobuf";

    private void OwnForm(MessageDescriptor type)
    {
        if (type.Name is not ("Timestamp" or "Duration" or "FieldMask"))
        {
            _reader.Skip();
            return;
        }

        if (_reader.TokenType != JsonTokenType.String)
        {
            Wrong(FieldReasons.WrongType, Expected(type));
            return;
        }

        try
        {
            JsonParser.Default.Parse(JsonSerializer.Serialize(Text()), type);
        }
        catch (InvalidProtocolBufferException)
        {
            Wrong(FieldReasons.Malformed, Expected(type));
        }
    }

    private void Require(FieldDescriptor field, bool isRight)
    {
        if (!isRight)
        {
            Wrong(FieldReasons.WrongType, Expected(field));
        }
        else if (_reader.TokenType == JsonTokenType.String && field.FieldType == FieldType.String)
        {
            Text();
        }
    }

    private void Wrong(string reason, string expected)
    {
        var found = _reader.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            JsonTokenType.String => $"the text '{RequestCheck.Clip(Text())}'",
            JsonTokenType.Number => $"the number {RequestCheck.Clip(Text())}",
            JsonTokenType.Null => "null",
            _ => _reader.TokenType == JsonTokenType.True ? "true" : "false",
        };
        Add(reason, $"is {found}; {expected} is expected");
        _reader.Skip();
    }

    private readonly void Add(string reason, string description)
    {
        var (line, column) = GetPosition((int)_reader.TokenStartIndex);
        _check.Add(
            _path.Length == 0 ? "body" : _path.ToString(), reason,
            string.Create(CultureInfo.InvariantCulture, $"{description} (line {line}, column {column})"));
    }

    private int Enter(string name)
    {
        var length = _path.Length;
        _path.Append(length == 0 ? "" : ".").Append(RequestCheck.Clip(name));
        return length;
    }

    // A name or text that is half a surrogate pair once it is unescaped is no text.
    private readonly string Text()
    {
        if (_reader.TokenType == JsonTokenType.Number)
        {
            return Encoding.ASCII.GetString(_reader.ValueSpan);
        }

        try
        {
            return _reader.GetString() ?? "";
        }
        catch (InvalidOperationException fault)
        {
            throw new JsonException("a text holds half a surrogate pair.", fault);
        }
    }

    private void Edit(string text) =>
        (_edits ??= []).Add(((int)_reader.TokenStartIndex, (int)(_reader.BytesConsumed - _reader.TokenStartIndex), text));

    private readonly byte[] Edited()
    {
        var written = new ArrayBufferWriter<byte>(_body.Length + 256);
        var at = 0;
        foreach (var (start, length, text) in _edits!)
        {
            written.Write(_body[at..start]);
            written.Write(Encoding.UTF8.GetBytes(text));
            at = start + length;
        }

        written.Write(_body[at..]);
        return written.WrittenSpan.ToArray();
    }

    private readonly (int Line, int Column) GetPosition(int offset)
    {
        var before = _body[..offset];
        var line = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[line..]) + 1);
    }

    private readonly Grpc.Core.RpcException Malformed(JsonException fault)
    {
        var (line, column) = fault.LineNumber is { } number
            ? ((int)number + 1, (int)(fault.BytePositionInLine ?? 0) + 1)
            : GetPosition((int)_reader.TokenStartIndex);
        var sentence = fault.Message.Split(" LineNumber:", 2)[0].Split(" Change the reader options", 2)[0].TrimEnd('.');
        var where = _path.Length == 0 ? "" : $" at {_path}";
        return ApiError.Fail(
            ErrorReasons.MalformedRequest,
            string.Create(CultureInfo.InvariantCulture, $"The body is no JSON{where}, line {line}, column {column}: {sentence}."),
            ("path", _path.ToString()),
            ("line", line.ToString(CultureInfo.InvariantCulture)),
            ("column", column.ToString(CultureInfo.InvariantCulture)));
    }

    private static bool IsBase64(string text)
    {
        var room = new byte[(text.Length * 3 / 4) + 3];
        return Convert.TryFromBase64String(text, room, out _) || System.Buffers.Text.Base64Url.IsValid(text);
    }
}
