namespace Zhice.Domain.Expressions.Syntax;

/// <summary>A part of an expression as it was written, before its names and types are looked at.</summary>
/// <param name="At">Where faults of it are reported: its first character, or that of its operator.</param>
internal abstract record SyntaxNode(int At);

/// <summary>A number without sign: digits and points.</summary>
internal sealed record NumberSyntax(int At, string Digits) : SyntaxNode(At);

internal sealed record ConstantSyntax(int At, ExpressionType Type, long Bits, string? Text) : SyntaxNode(At);

internal sealed record NowSyntax(int At) : SyntaxNode(At);

/// <summary>A tag; <paramref name="At"/> is where its id begins.</summary>
internal sealed record TagSyntax(int At, string Id) : SyntaxNode(At);

internal sealed record HasSyntax(TagSyntax Tag) : SyntaxNode(Tag.At);

/// <summary>A stage; <paramref name="At"/> is where the journey's id begins.</summary>
internal sealed record StageSyntax(int At, string JourneyId) : SyntaxNode(At);

/// <summary>A count of events; <paramref name="At"/> is where the event type begins.</summary>
internal sealed record CountSyntax(int At, string EventType, int WindowAt, long WindowMs) : SyntaxNode(At);

/// <summary>How far a cap is used up; <paramref name="At"/> is where its id begins.</summary>
internal sealed record UsedSyntax(int At, string CapId) : SyntaxNode(At);

internal sealed record UnarySyntax(int At, char Sign, SyntaxNode Operand) : SyntaxNode(At);

internal sealed record BinarySyntax(int At, string Sign, SyntaxNode Left, SyntaxNode Right) : SyntaxNode(At);

internal sealed record InSyntax(int At, SyntaxNode Operand, IReadOnlyList<SyntaxNode> Items) : SyntaxNode(At);

internal sealed record ChoiceSyntax(int At, SyntaxNode Condition, SyntaxNode WhenTrue, SyntaxNode WhenFalse) : SyntaxNode(At);
