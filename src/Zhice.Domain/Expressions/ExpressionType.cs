using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions;

/// <summary>What an expression, or a part of one, gives.</summary>
public enum ExpressionType : byte
{
    /// <summary>True or false: 1 or 0.</summary>
    Bool,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>A number with 4 decimals, held × 10,000, see <see cref="Decimal4"/>.</summary>
    Decimal,

    /// <summary>An instant, unix milliseconds.</summary>
    Time,

    /// <summary>A span of time, milliseconds.</summary>
    Duration,

    /// <summary>A value of an enum tag, or a stage of a journey, by its number.</summary>
    Enum,

    /// <summary>A text.</summary>
    Text,
}

/// <summary>Types as words of a sentence.</summary>
internal static class ExpressionTypes
{
    public static ExpressionType From(TagType type) => type switch
    {
        TagType.Bool => ExpressionType.Bool,
        TagType.Integer => ExpressionType.Integer,
        TagType.Decimal => ExpressionType.Decimal,
        TagType.Time => ExpressionType.Time,
        TagType.Enum => ExpressionType.Enum,
        _ => ExpressionType.Text,
    };

    public static bool IsNumber(this ExpressionType type) => type is ExpressionType.Integer or ExpressionType.Decimal;

    public static bool HasOrder(this ExpressionType type) =>
        type.IsNumber() || type is ExpressionType.Time or ExpressionType.Duration;

    public static string Named(this ExpressionType type) => type switch
    {
        ExpressionType.Bool => "a bool",
        ExpressionType.Integer => "an integer",
        ExpressionType.Decimal => "a decimal",
        ExpressionType.Time => "a time",
        ExpressionType.Duration => "a duration",
        ExpressionType.Enum => "an enum",
        _ => "a text",
    };

    /// <summary>What a caller could write for a value of the type.</summary>
    public static string Example(this ExpressionType type) => type switch
    {
        ExpressionType.Bool => "true or false",
        ExpressionType.Integer or ExpressionType.Decimal => "a number",
        ExpressionType.Time => "a time, such as timestamp(\"2026-01-01T00:00:00Z\") or now",
        ExpressionType.Duration => "a duration, such as duration(\"7d\")",
        _ => "a text in quotes",
    };
}
