using System.Buffers;
using System.Globalization;
using Parlot;
using Parlot.Fluent;
using static Parlot.Fluent.Parsers;

namespace Zhice.Domain.Expressions.Syntax;

/// <summary>
/// The grammar: that of CEL, without what a bank's rules have no use for. No way is tried twice: after the first word of
/// a form all that must follow is required, so the time is linear and a fault is where the reader stands.
/// </summary>
internal static class Grammar
{
    private const string AValue = "a value, such as tags.age, 18, \"text\", now or has(tags.age)";
    private const string AText = "a text in quotes";

    private static readonly SearchValues<char> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");

    private static readonly SearchValues<char> LettersAndDigits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    private static readonly SearchValues<char> DigitsAndPoint = SearchValues.Create("0123456789.");
    private static readonly string[] Rfc3339 = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    private static readonly TextParser Text = new();
    private static readonly Parser<SyntaxNode> Whole = Build();

    /// <summary>Reads an expression.</summary>
    /// <exception cref="ExpressionException">It is not one, or goes beyond a limit.</exception>
    public static SyntaxNode Parse(string source)
    {
        if (source.Length > Expression.MaxLength)
        {
            throw new ExpressionException(
                source, Expression.MaxLength,
                $"an expression has at most {Expression.MaxLength:N0} characters; this one has {source.Length:N0}");
        }

        var context = new ExpressionContext(source);
        try
        {
            var result = default(ParseResult<SyntaxNode>);
            if (!Whole.Parse(context, ref result))
            {
                throw Fault(source, 0, AValue);
            }

            var end = SourceExcerpt.AfterSpace(source, context.Scanner.Cursor.Offset);
            return end == source.Length
                ? result.Value
                : throw Fault(source, end, "an operator, such as && or ==, or the end");
        }
        catch (ParseException fault)
        {
            throw Fault(source, fault.Position.Offset, fault.Message);
        }
    }

    private static ExpressionException Fault(string source, int offset, string expected)
    {
        var at = SourceExcerpt.AfterSpace(source, offset);
        return new(source, at, $"found {SourceExcerpt.Describe(source, at)}, expected {expected}");
    }

    private static Parser<SyntaxNode> Build()
    {
        var (expression, unary) = (Deferred<SyntaxNode>(), Deferred<SyntaxNode>());
        unary.Parser = OneOf(
            OneOf(Sign("!"), Sign("-")).And(Required(new Nested(unary), AValue)).Then(
                static (context, parts) => Counted(context, new UnarySyntax(parts.Item1.At, parts.Item1.Text[0], parts.Item2))),
            Primary(new Nested(expression)));

        var product = Chain(unary, "*", "/", "%");
        var sum = Chain(product, "+", "-");
        var both = Chain(Relation(sum), "&&");
        var either = Chain(both, "||");
        expression.Parser = Choice(either, new Nested(either), new Nested(expression));
        return expression;
    }

    private static Parser<SyntaxNode> Choice(Parser<SyntaxNode> condition, Parser<SyntaxNode> whenTrue, Parser<SyntaxNode> whenFalse) =>
        condition.And(
            ZeroOrOne(
                Sign("?")
                    .And(Required(whenTrue, AValue))
                    .AndSkip(Required(Sign(":"), "':' and the other value"))
                    .And(Required(whenFalse, AValue))))
            .Then(static (context, parts) => parts.Item2 is [var (sign, whenTrue, whenFalse), ..]
                ? Counted<SyntaxNode>(context, new ChoiceSyntax(sign.At, parts.Item1, whenTrue, whenFalse))
                : parts.Item1);

    // Operators of one level, from left to right.
    private static Parser<SyntaxNode> Chain(Parser<SyntaxNode> operand, params string[] signs) =>
        operand.And(ZeroOrMany(OneOf([.. signs.Select(Sign)]).And(Required(operand, AValue))))
            .Then(static (context, parts) =>
            {
                var left = parts.Item1;
                foreach (var (sign, right) in parts.Item2)
                {
                    left = Counted(context, new BinarySyntax(sign.At, sign.Text, left, right));
                }

                return left;
            });

    private static Parser<SyntaxNode> Relation(Parser<SyntaxNode> operand)
    {
        var signs = OneOf(Sign("=="), Sign("!="), Sign("<="), Sign(">="), Sign("<"), Sign(">"));
        var compared = signs.And(Required(operand, AValue)).Then(
            static parts => (Sign: parts.Item1, Right: (SyntaxNode?)parts.Item2, Items: (IReadOnlyList<SyntaxNode>?)null));
        var listed = Word("in").And(List()).Then(
            static parts => (Sign: new Token("in", parts.Item1), Right: (SyntaxNode?)null, Items: (IReadOnlyList<SyntaxNode>?)parts.Item2));
        return operand.And(ZeroOrMany(OneOf(compared, listed))).Then(static (context, parts) =>
        {
            var left = parts.Item1;
            foreach (var (sign, right, items) in parts.Item2)
            {
                left = Counted<SyntaxNode>(
                    context, right is null ? new InSyntax(sign.At, left, items!) : new BinarySyntax(sign.At, sign.Text, left, right));
            }

            return left;
        });
    }

    private static Parser<IReadOnlyList<SyntaxNode>> List()
    {
        var constant = OneOf(
            Sign("-").And(Required(Number(), "a number")).Then(
                static (context, parts) => Counted(context, new UnarySyntax(parts.Item1.At, '-', parts.Item2))),
            Number(),
            Constant());
        const string AConstant = "a constant, such as 18, \"text\" or true";
        return Required(Sign("["), "'[', the beginning of a list such as [1, 2]")
            .SkipAnd(Required(constant, AConstant))
            .And(ZeroOrMany(Sign(",").SkipAnd(Required(constant, AConstant))))
            .AndSkip(Required(Sign("]"), "',' or ']'"))
            .Then<IReadOnlyList<SyntaxNode>>(static parts => [parts.Item1, .. parts.Item2]);
    }

    private static Parser<SyntaxNode> Primary(Parser<SyntaxNode> expression)
    {
        var tag = Word("tags").SkipAnd(Required(Sign("."), "'.' and the id of a tag")).SkipAnd(Required(Name(), "the id of a tag"))
            .Then(static (context, id) => Counted(context, new TagSyntax(id.At, id.Text)));
        var has = Word("has").SkipAnd(Opened()).SkipAnd(Required(tag, "a tag, such as tags.age")).AndSkip(Closed())
            .Then<SyntaxNode>(static tag => new HasSyntax(tag));
        var stage = Word("journey").SkipAnd(Opened()).SkipAnd(Required(Text, "the id of a journey in quotes")).AndSkip(Closed())
            .AndSkip(Required(Sign("."), "'.stage'")).AndSkip(Required(Word("stage"), "'stage'"))
            .Then<SyntaxNode>(static id => new StageSyntax(id.At, id.Text!));
        var count = Word("events").SkipAnd(Required(Sign("."), "'.count'")).SkipAnd(Required(Word("count"), "'count'")).SkipAnd(Opened())
            .SkipAnd(Required(Text, "the id of an event type in quotes")).AndSkip(Required(Sign(","), "',' and a duration"))
            .And(Required(Duration(), "a duration, such as duration(\"7d\")")).AndSkip(Closed())
            .Then<SyntaxNode>(static parts => new CountSyntax(parts.Item1.At, parts.Item1.Text!, parts.Item2.At, parts.Item2.Bits));
        var used = Word("contacts").SkipAnd(Required(Sign("."), "'.used'")).SkipAnd(Required(Word("used"), "'used'")).SkipAnd(Opened())
            .SkipAnd(Required(Text, "the id of a cap in quotes")).AndSkip(Closed())
            .Then<SyntaxNode>(static id => new UsedSyntax(id.At, id.Text!));
        return OneOf(
            Sign("(").SkipAnd(Required(expression, AValue)).AndSkip(Required(Sign(")"), "an operator, or ')'")),
            tag.Then<SyntaxNode>(static tag => tag),
            has,
            stage,
            count,
            used,
            Word("now").Then<SyntaxNode>(static (context, at) => Counted(context, new NowSyntax(at))),
            Number(),
            Constant());
    }

    private static Parser<SyntaxNode> Constant() => OneOf(
        Word("true").Then<SyntaxNode>(static (context, at) => Counted(context, new ConstantSyntax(at, ExpressionType.Bool, 1, null))),
        Word("false").Then<SyntaxNode>(static (context, at) => Counted(context, new ConstantSyntax(at, ExpressionType.Bool, 0, null))),
        Word("timestamp").SkipAnd(Opened()).SkipAnd(Required(Text, AText)).AndSkip(Closed()).Then<SyntaxNode>(Timestamp),
        Duration().Then<SyntaxNode>(static duration => duration),
        Text.Then<SyntaxNode>(static text => text));

    private static Parser<ConstantSyntax> Duration() =>
        Word("duration").SkipAnd(Opened()).SkipAnd(Required(Text, AText)).AndSkip(Closed()).Then(static (context, text) =>
            DurationLiteral.TryParse(text.Text!, out var ms)
                ? new ConstantSyntax(text.At, ExpressionType.Duration, ms, null)
                : throw Fault(context.Scanner.Buffer, text.At, "whole numbers with the units d, h, m, s, ms, such as \"7d\" or \"1d12h\""));

    private static SyntaxNode Timestamp(ParseContext context, ConstantSyntax text) =>
        DateTimeOffset.TryParseExact(text.Text, Rfc3339, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new ConstantSyntax(text.At, ExpressionType.Time, time.ToUnixTimeMilliseconds(), null)
            : throw Fault(context.Scanner.Buffer, text.At, "a time in RFC 3339 in quotes, such as \"2026-01-01T00:00:00Z\"");

    private static Parser<SyntaxNode> Number() => Terms.Identifier(Digits, DigitsAndPoint).Then<SyntaxNode>(
        static (context, start, _, digits) => Counted(context, new NumberSyntax(start, digits.ToString())));

    private static Parser<Token> Opened() => Required(Sign("("), "'('");

    private static Parser<Token> Closed() => Required(Sign(")"), "')'");

    private static Parser<Token> Name() =>
        Terms.Identifier(Letters, LettersAndDigits).Then(static (_, start, _, name) => new Token(name.ToString(), start));

    private static Parser<int> Word(string word) =>
        Terms.Identifier(Letters, LettersAndDigits).When((_, name) => name.Span.SequenceEqual(word)).Then(static (_, start, _, _) => start);

    private static Parser<Token> Sign(string sign) => Terms.Text(sign).Then(static (_, start, _, text) => new Token(text, start));

    private static Parser<T> Required<T>(Parser<T> parser, string expected) => parser.ElseError(expected);

    private static T Counted<T>(ParseContext context, T node)
        where T : SyntaxNode
    {
        ExpressionContext.Counted(context, node.At);
        return node;
    }

    private readonly record struct Token(string Text, int At);
}
