using System.Collections.Immutable;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions;

/// <summary>How two values are compared.</summary>
public enum Comparison : byte
{
    /// <summary><c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,
}

/// <summary>What is computed of two values of 64 bits.</summary>
public enum Arithmetic : byte
{
    /// <summary>A sum: of integers, decimals, durations, or a time and a duration.</summary>
    Add,

    /// <summary>A difference, of the same.</summary>
    Subtract,

    /// <summary>A product of integers.</summary>
    Multiply,

    /// <summary>A product of decimals, cut to 4 decimals.</summary>
    MultiplyDecimals,

    /// <summary>A quotient of integers, cut to a whole number (towards 0).</summary>
    Divide,

    /// <summary>A quotient of decimals, cut to 4 decimals.</summary>
    DivideDecimals,

    /// <summary>What is left of a division, with the sign of the dividend.</summary>
    Remainder,
}

/// <summary>A part of an expression, checked: both sides of every node are of the types that it needs.</summary>
/// <param name="Type">What it gives.</param>
public abstract record ExpressionNode(ExpressionType Type);

/// <summary>A constant.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Bits">Its value; 0 for a text.</param>
/// <param name="Text">The text; null for all else.</param>
public sealed record LiteralNode(ExpressionType Type, long Bits, string? Text = null) : ExpressionNode(Type);

/// <summary>The instant of the evaluation.</summary>
public sealed record NowNode() : ExpressionNode(ExpressionType.Time);

/// <summary>The value of a tag; missing when the customer lacks it, or it is hidden.</summary>
public sealed record TagNode(TagDefinition Tag) : ExpressionNode(ExpressionTypes.From(Tag.Type));

/// <summary>Whether the customer has a tag; missing only where the profile is hidden.</summary>
public sealed record HasNode(TagDefinition Tag) : ExpressionNode(ExpressionType.Bool);

/// <summary>The number of the stage of a journey that the customer is in; missing when in none, or when that is hidden.</summary>
public sealed record StageNode(JourneyStages Journey) : ExpressionNode(ExpressionType.Enum);

/// <summary>How many slots of a cap the customer has used up; never missing.</summary>
public sealed record UsedNode(string CapId) : ExpressionNode(ExpressionType.Integer);

/// <summary>Not.</summary>
public sealed record NotNode(ExpressionNode Operand) : ExpressionNode(ExpressionType.Bool);

/// <summary>And, or or.</summary>
public sealed record LogicNode(bool IsAnd, ExpressionNode Left, ExpressionNode Right) : ExpressionNode(ExpressionType.Bool);

/// <summary>A comparison of two values of one type; enums, bools and texts only for equality.</summary>
public sealed record ComparisonNode(Comparison Comparison, ExpressionNode Left, ExpressionNode Right)
    : ExpressionNode(ExpressionType.Bool);

/// <summary>Whether a value is one of some constants of its type.</summary>
public sealed record MembershipNode(ExpressionNode Operand, ImmutableArray<LiteralNode> Items) : ExpressionNode(ExpressionType.Bool);

/// <summary>An integer or decimal times -1; missing when that overflows.</summary>
public sealed record NegateNode(ExpressionNode Operand) : ExpressionNode(Operand.Type);

/// <summary>A computation; missing when it overflows or divides by 0.</summary>
public sealed record ArithmeticNode(ExpressionType Type, Arithmetic Operation, ExpressionNode Left, ExpressionNode Right)
    : ExpressionNode(Type);

/// <summary>An integer as a decimal; missing when it is too large for one.</summary>
public sealed record ToDecimalNode(ExpressionNode Operand) : ExpressionNode(ExpressionType.Decimal);

/// <summary>One of two values of one type; missing when the condition is.</summary>
public sealed record ChoiceNode(ExpressionNode Condition, ExpressionNode WhenTrue, ExpressionNode WhenFalse)
    : ExpressionNode(WhenTrue.Type);
