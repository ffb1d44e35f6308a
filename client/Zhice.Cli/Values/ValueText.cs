using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Zhice.Domain.Tags;
using Value = Zhice.V1.Value;

namespace Zhice.Cli.Values;

/// <summary>Typed values of the API, read from what was typed and written for people.</summary>
internal static class ValueText
{
    /// <summary>
    /// The type that a text looks like: true or false, a whole number, a decimal with up to 4 decimals, an RFC 3339 time,
    /// else text. Numbers with leading zeros are text, since ids look so; quotes ("35") make text of anything.
    /// </summary>
    public static Value Infer(string text)
    {
        if (text is ['"', .. var inner, '"'])
        {
            return new() { StringValue = inner };
        }

        if (text is "true" or "false")
        {
            return new() { BoolValue = text == "true" };
        }

        if (IsPlainNumber(text))
        {
            if (TryInteger(text, out var integer))
            {
                return new() { IntegerValue = integer };
            }

            if (text.Contains('.', StringComparison.Ordinal) && Decimal4.TryParse(text, out var scaled))
            {
                return new() { DecimalValue = Decimal4.Format(scaled) };
            }
        }

        return InstantText.TryParse(text, out var instant)
            ? new() { TimeValue = Timestamp.FromDateTimeOffset(instant) }
            : new() { StringValue = text };
    }

    /// <summary>Reads a whole number of 64 bits.</summary>
    public static bool TryInteger(string text, out long integer) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out integer);

    /// <summary>A value for people.</summary>
    public static string Format(Value? value) => value?.KindCase switch
    {
        Value.KindOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        Value.KindOneofCase.IntegerValue => value.IntegerValue.ToString(CultureInfo.InvariantCulture),
        Value.KindOneofCase.DecimalValue => value.DecimalValue,
        Value.KindOneofCase.TimeValue => InstantText.Format(value.TimeValue),
        Value.KindOneofCase.StringValue => value.StringValue,
        _ => "",
    };

    // Digits with an optional minus and point, and no leading zero but that of "0" and "0.5".
    private static bool IsPlainNumber(string text)
    {
        var digits = text.StartsWith('-') ? text[1..] : text;
        var points = digits.Count(c => c == '.');
        return digits.Length > 0 && points <= 1 && !digits.StartsWith('.') && !digits.EndsWith('.')
            && digits.All(c => char.IsAsciiDigit(c) || c == '.')
            && (digits[0] != '0' || digits.Length == 1 || digits[1] == '.');
    }
}
