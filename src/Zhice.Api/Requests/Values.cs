using System.Text;
using Google.Protobuf.WellKnownTypes;
using Zhice.Api.Errors;
using Zhice.Domain.Tags;
using Value = Zhice.V1.Value;

namespace Zhice.Api.Requests;

/// <summary>Between the contract's values and the domain's.</summary>
internal static class Values
{
    public const int MaxTextBytes = 256;

    /// <summary>What is shown of a sensitive value.</summary>
    public const string Mask = "***";

    /// <summary>Reads a value that must be of a tag's type; false, with a violation, when it is not.</summary>
    public static bool TryRead(Value? value, TagDefinition tag, string path, RequestCheck check, out TagValue read)
    {
        read = default;
        if (value is null || value.KindCase == Value.KindOneofCase.None)
        {
            check.Add(path, FieldReasons.Required, $"must hold {FormatType(tag.Type)}, the type of tag '{tag.Id}'");
            return false;
        }

        if (tag.Type == TagType.Enum && value.KindCase == Value.KindOneofCase.StringValue)
        {
            if (!tag.EnumNumbers.TryGetValue(value.StringValue, out var number))
            {
                check.Unknown(
                    path, $"value of tag '{tag.Id}' that is called", tag.IsSensitive ? Mask : value.StringValue, tag.EnumNumbers.Keys);
                return false;
            }

            read = TagValue.Enum(number);
            return true;
        }

        if (ToTagType(value.KindCase) != tag.Type)
        {
            check.Add(
                path, FieldReasons.WrongType,
                $"holds {FormatType(ToTagType(value.KindCase))}; tag '{tag.Id}' takes {FormatType(tag.Type)}");
            return false;
        }

        return TryRead(value, path, check, out read);
    }

    /// <summary>Reads a value of any type; false, with a violation, when it is not well formed.</summary>
    public static bool TryRead(Value value, string path, RequestCheck check, out TagValue read)
    {
        var before = check.Count;
        switch (value.KindCase)
        {
            case Value.KindOneofCase.BoolValue:
                read = TagValue.Bool(value.BoolValue);
                break;
            case Value.KindOneofCase.IntegerValue:
                read = TagValue.Integer(value.IntegerValue);
                break;
            case Value.KindOneofCase.DecimalValue:
                // No decimal in range needs more letters; a longer text is not worth reading.
                if (value.DecimalValue.Length > 64 || !Decimal4.TryParse(value.DecimalValue, out var scaled))
                {
                    check.Add(path, FieldReasons.Malformed, $"'{RequestCheck.Clip(value.DecimalValue)}' is no decimal such as \"-36.4\" with at most 4 decimals, between -922337203685477 and 922337203685477");
                    scaled = 0;
                }

                read = TagValue.Decimal(scaled);
                break;
            case Value.KindOneofCase.TimeValue:
                read = TagValue.Time(check.Instant(path, value.TimeValue));
                break;
            case Value.KindOneofCase.StringValue:
                check.Text(path, value.StringValue, MaxTextBytes);
                read = TagValue.String(value.StringValue);
                break;
            default:
                check.Add(path, FieldReasons.Required, "must hold a value");
                read = default;
                break;
        }

        return check.Count == before;
    }

    /// <summary>How much of the room for properties a value takes.</summary>
    public static int GetByteCount(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => Encoding.UTF8.GetByteCount(value.StringValue),
        Value.KindOneofCase.DecimalValue => Encoding.UTF8.GetByteCount(value.DecimalValue),
        _ => 8,
    };

    /// <summary>A tag's value for a caller; a sensitive one is masked.</summary>
    public static Value Show(TagDefinition tag, long bits, string? text) => tag.IsSensitive
        ? new Value { StringValue = Mask }
        : tag.Type switch
        {
            TagType.Bool => new Value { BoolValue = bits != 0 },
            TagType.Integer => new Value { IntegerValue = bits },
            TagType.Decimal => new Value { DecimalValue = Decimal4.Format(bits) },
            TagType.Time => new Value { TimeValue = ToTimestamp(bits) },
            TagType.Enum => new Value { StringValue = tag.EnumNames.GetValueOrDefault((ushort)bits) ?? "" },
            _ => new Value { StringValue = text ?? "" },
        };

    /// <summary>An instant for a caller.</summary>
    public static Timestamp ToTimestamp(long ms)
    {
        var (seconds, rest) = Math.DivRem(ms, 1000);
        return rest < 0
            ? new Timestamp { Seconds = seconds - 1, Nanos = (int)(rest + 1000) * 1_000_000 }
            : new Timestamp { Seconds = seconds, Nanos = (int)rest * 1_000_000 };
    }

    public static string FormatType(TagType type) => type switch
    {
        TagType.Bool => "bool_value",
        TagType.Integer => "integer_value",
        TagType.Decimal => "decimal_value",
        TagType.Time => "time_value",
        TagType.Enum => "string_value (one of its enum values)",
        _ => "string_value",
    };

    private static TagType ToTagType(Value.KindOneofCase kind) => kind switch
    {
        Value.KindOneofCase.BoolValue => TagType.Bool,
        Value.KindOneofCase.IntegerValue => TagType.Integer,
        Value.KindOneofCase.DecimalValue => TagType.Decimal,
        Value.KindOneofCase.TimeValue => TagType.Time,
        _ => TagType.String,
    };
}
