using System.Globalization;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions;

/// <summary>
/// Reads one comparison in the syntax of CEL, such as <c>tags.age >= 30</c>, <c>tags.city in ["北京", "天津"]</c>,
/// <c>has(tags.salary)</c>, and checks it against the tags' types.
/// </summary>
public sealed class ConditionParser
{
    /// <summary>The longest expression, in characters.</summary>
    public const int MaxLength = 1024;

    private static readonly string[] Rfc3339 = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    private readonly IReadOnlyDictionary<string, TagDefinition> _tags;
    private readonly List<ConditionToken> _tokens;
    private int _next;

    private ConditionParser(string expression, IReadOnlyDictionary<string, TagDefinition> tags)
    {
        _tags = tags;
        _tokens = ConditionToken.Split(expression);
    }

    /// <summary>Reads an expression.</summary>
    /// <exception cref="ConditionException">It is not one, or does not fit the tags.</exception>
    public static Condition Parse(string expression, IReadOnlyDictionary<string, TagDefinition> tags)
    {
        if (expression.Length > MaxLength)
        {
            throw new ConditionException(MaxLength, $"an expression has at most {MaxLength} characters");
        }

        var parser = new ConditionParser(expression, tags);
        var condition = parser.Comparison();
        var rest = parser.Take();
        return rest.Kind == TokenKind.End
            ? condition
            : throw Fault(rest, "the end; a rule is one comparison, and all rules of a list must hold");
    }

    private Condition Comparison()
    {
        if (TakeIf("!"))
        {
            return Peek is { Kind: TokenKind.Name, Text: "has" }
                ? new Condition(Has(), Expressions.Comparison.HasNot, [], [])
                : new Condition(BoolTag(), Expressions.Comparison.Equal, [0], []);
        }

        if (Peek is { Kind: TokenKind.Name, Text: "has" })
        {
            return new Condition(Has(), Expressions.Comparison.Has, [], []);
        }

        var tag = Tag();
        var sign = Take();
        switch (sign.Text)
        {
            case "" when sign.Kind == TokenKind.End && tag.Type == TagType.Bool:
                return new Condition(tag, Expressions.Comparison.Equal, [1], []);
            case "in" when sign.Kind == TokenKind.Name:
                return In(tag);
            case "==" or "!=" or "<" or "<=" or ">" or ">=" when sign.Kind == TokenKind.Symbol:
                return Compare(tag, sign);
            default:
                throw Fault(sign, "one of == != < <= > >= in");
        }
    }

    private Condition Compare(TagDefinition tag, ConditionToken sign)
    {
        var comparison = sign.Text switch
        {
            "==" => Expressions.Comparison.Equal,
            "!=" => Expressions.Comparison.NotEqual,
            "<" => Expressions.Comparison.Less,
            "<=" => Expressions.Comparison.LessOrEqual,
            ">" => Expressions.Comparison.Greater,
            _ => Expressions.Comparison.GreaterOrEqual,
        };
        if (sign.Text is not ("==" or "!=") && tag.Type is (TagType.Bool or TagType.Enum or TagType.String))
        {
            throw new ConditionException(
                sign.Column, $"'{sign.Text}' needs numbers or times, and tags.{tag.Id} is of type {tag.Type}; use ==, != or in");
        }

        return Literals(tag, comparison, [Literal(tag)]);
    }

    private Condition In(TagDefinition tag)
    {
        Expect("[");
        var literals = new List<TagValue> { Literal(tag) };
        while (TakeIf(","))
        {
            literals.Add(Literal(tag));
        }

        Expect("]");
        return Literals(tag, Expressions.Comparison.In, literals);
    }

    private static Condition Literals(TagDefinition tag, Comparison comparison, List<TagValue> literals) =>
        tag.Type == TagType.String
            ? new Condition(tag, comparison, [], [.. literals.Select(literal => literal.Text!)])
            : new Condition(tag, comparison, [.. literals.Select(literal => literal.Bits)], []);

    private TagDefinition Has()
    {
        Take();
        Expect("(");
        var tag = Tag();
        Expect(")");
        return tag;
    }

    private TagDefinition BoolTag()
    {
        var at = Peek;
        var tag = Tag();
        return tag.Type == TagType.Bool
            ? tag
            : throw new ConditionException(at.Column, $"'!' needs a bool, and tags.{tag.Id} is of type {tag.Type}");
    }

    private TagDefinition Tag()
    {
        var root = Take();
        if (root is not { Kind: TokenKind.Name, Text: "tags" })
        {
            throw Fault(root, "a tag, such as tags.age, or has(tags.age)");
        }

        Expect(".");
        var name = Take();
        if (name.Kind != TokenKind.Name)
        {
            throw Fault(name, "the id of a tag");
        }

        return _tags.TryGetValue(name.Text, out var tag)
            ? tag
            : throw new ConditionException(
                name.Column, $"there is no tag '{name.Text}'{NearestName.Hint(name.Text, _tags.Keys)}");
    }

    private TagValue Literal(TagDefinition tag)
    {
        var isNegative = TakeIf("-");
        var token = Take();
        var text = isNegative ? "-" + token.Text : token.Text;
        switch (tag.Type)
        {
            case TagType.Bool when token.Kind == TokenKind.Name && text is ("true" or "false"):
                return TagValue.Bool(text == "true");
            case TagType.Integer when token.Kind == TokenKind.Number
                && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer):
                return TagValue.Integer(integer);
            case TagType.Decimal when token.Kind == TokenKind.Number && Decimal4.TryParse(text, out var scaled):
                return TagValue.Decimal(scaled);
            case TagType.Enum when token.Kind == TokenKind.Text && !isNegative:
                return tag.EnumNumbers.TryGetValue(text, out var number)
                    ? TagValue.Enum(number)
                    : throw new ConditionException(
                        token.Column,
                        $"tags.{tag.Id} has no value \"{text}\"{NearestName.Hint(text, tag.EnumNumbers.Keys)}");
            case TagType.String when token.Kind == TokenKind.Text && !isNegative:
                return TagValue.String(text);
            case TagType.Time when token is { Kind: TokenKind.Name, Text: "timestamp" } && !isNegative:
                return Timestamp();
            default:
                throw Fault(token, tag.Type switch
                {
                    TagType.Bool => "true or false",
                    TagType.Integer => "a whole number",
                    TagType.Decimal => "a number of at most 4 decimals",
                    TagType.Time => "timestamp(\"2026-01-01T00:00:00Z\")",
                    _ => "a text in quotes",
                });
        }
    }

    private TagValue Timestamp()
    {
        Expect("(");
        var token = Take();
        Expect(")");
        return token.Kind == TokenKind.Text
            && DateTimeOffset.TryParseExact(
                token.Text, Rfc3339, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? TagValue.Time(time.ToUnixTimeMilliseconds())
            : throw Fault(token, "a time in RFC 3339 in quotes, such as \"2026-01-01T00:00:00Z\"");
    }

    private ConditionToken Peek => _tokens[_next];

    private ConditionToken Take()
    {
        var token = _tokens[_next];
        _next = Math.Min(_next + 1, _tokens.Count - 1);
        return token;
    }

    private bool TakeIf(string symbol)
    {
        if (Peek.Kind != TokenKind.Symbol || Peek.Text != symbol)
        {
            return false;
        }

        _next++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!TakeIf(symbol))
        {
            throw Fault(Peek, $"'{symbol}'");
        }
    }

    private static ConditionException Fault(ConditionToken found, string expected) =>
        new(found.Column, $"found {found}, expected {expected}");
}
