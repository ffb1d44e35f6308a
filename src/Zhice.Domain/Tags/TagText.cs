using System.Globalization;

namespace Zhice.Domain.Tags;

/// <summary>The values of tags as texts for people.</summary>
public static class TagText
{
    /// <summary>What stands for a value that is sensitive.</summary>
    public const string Mask = "***";

    /// <summary>Reads a value as people write it; null when the tag's type has no such value.</summary>
    public static TagValue? TryRead(string text, TagDefinition tag)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return tag.Type switch
        {
            TagType.Bool => text switch { "true" => TagValue.Bool(true), "false" => TagValue.Bool(false), _ => null },
            TagType.Integer =>
                long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    ? TagValue.Integer(number)
                    : null,
            TagType.Decimal => Decimal4.TryParse(text, out var scaled) ? TagValue.Decimal(scaled) : null,
            TagType.Time =>
                DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var at)
                    ? TagValue.Time(at.ToUnixTimeMilliseconds())
                    : null,
            TagType.Enum => tag.EnumNumbers.TryGetValue(text, out var value) ? TagValue.Enum(value) : null,
            _ => TagValue.String(text),
        };
    }

    /// <summary>What a value of a tag looks like, for people.</summary>
    public static string Expected(TagDefinition tag) => tag.Type switch
    {
        TagType.Bool => "it is true or false",
        TagType.Integer => "it is a whole number",
        TagType.Decimal => "it is a number with at most 4 decimals, such as 12.5",
        TagType.Time => "it is an instant such as 2026-03-02T12:00:00Z",
        TagType.Enum => $"it is one of {string.Join(", ", tag.EnumNumbers.Keys.Order(StringComparer.Ordinal))}",
        _ => "it is a text",
    };

    /// <summary>An instant, to the second.</summary>
    public static string Instant(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A value that is no text.</summary>
    public static string Format(TagDefinition tag, long bits) => tag.Type switch
    {
        TagType.Bool => bits == 0 ? "false" : "true",
        TagType.Decimal => Decimal4.Format(bits),
        TagType.Time => Instant(bits),
        TagType.Enum => tag.EnumNames.GetValueOrDefault((ushort)bits, "?"),
        _ => bits.ToString(CultureInfo.InvariantCulture),
    };
}
