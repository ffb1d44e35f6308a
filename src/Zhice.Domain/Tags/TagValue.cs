using Orleans;

namespace Zhice.Domain.Tags;

/// <summary>The type of a tag's values. The numbers are stored, and those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.tag-type")]
public enum TagType : byte
{
    /// <summary>True or false.</summary>
    Bool = 1,

    /// <summary>A whole number of 64 bits.</summary>
    Integer = 2,

    /// <summary>A number with 4 decimals, see <see cref="Decimal4"/>.</summary>
    Decimal = 3,

    /// <summary>An instant, to the millisecond.</summary>
    Time = 4,

    /// <summary>One of some values, by its number.</summary>
    Enum = 5,

    /// <summary>Text.</summary>
    String = 6,
}

/// <summary>Where a tag's value came from. The numbers are stored.</summary>
[GenerateSerializer, Alias("zhice.tag-source")]
public enum TagSource : byte
{
    /// <summary>Bulk data.</summary>
    Import = 1,

    /// <summary>A call of the API.</summary>
    Api = 2,

    /// <summary>An event.</summary>
    Event = 3,

    /// <summary>A journey.</summary>
    Journey = 4,
}

/// <summary>A typed value in 8 bytes, or a text.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Bits">
/// Bool: 0 or 1. Integer: itself. Decimal: × 10,000. Time: unix milliseconds. Enum: its number. String: 0.
/// </param>
/// <param name="Text">The text of a string; else null.</param>
[GenerateSerializer, Immutable, Alias("zhice.tag-value")]
public readonly record struct TagValue(
    [property: Id(0)] TagType Type, [property: Id(1)] long Bits, [property: Id(2)] string? Text)
{
    /// <summary>A truth value.</summary>
    public static TagValue Bool(bool value) => new(TagType.Bool, value ? 1 : 0, null);

    /// <summary>A whole number.</summary>
    public static TagValue Integer(long value) => new(TagType.Integer, value, null);

    /// <summary>A decimal, × 10,000.</summary>
    public static TagValue Decimal(long scaled) => new(TagType.Decimal, scaled, null);

    /// <summary>An instant, unix milliseconds.</summary>
    public static TagValue Time(long ms) => new(TagType.Time, ms, null);

    /// <summary>A value of an enum, by its number.</summary>
    public static TagValue Enum(ushort number) => new(TagType.Enum, number, null);

    /// <summary>A text.</summary>
    public static TagValue String(string text) => new(TagType.String, 0, text);
}
