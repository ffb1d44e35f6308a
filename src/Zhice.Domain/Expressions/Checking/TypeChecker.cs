using System.Collections.Immutable;
using System.Globalization;
using Zhice.Domain.Expressions.Syntax;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions.Checking;

/// <summary>Makes of what was written a typed tree: looks names up, and sees that both sides of every operator fit.</summary>
internal sealed class TypeChecker(string source, ExpressionSchema schema)
{
    private readonly NameResolver _names = new(source, schema);

    /// <summary>The typed tree of an expression.</summary>
    /// <exception cref="ExpressionException">A name is unknown, or types do not fit.</exception>
    public static ExpressionNode Check(string source, SyntaxNode syntax, ExpressionSchema schema) =>
        new TypeChecker(source, schema).Check(syntax);

    private ExpressionNode Check(SyntaxNode syntax) => syntax switch
    {
        NumberSyntax number => Number(number, isNegative: false),
        ConstantSyntax constant => new LiteralNode(constant.Type, constant.Bits, constant.Text),
        NowSyntax => new NowNode(),
        TagSyntax tag => new TagNode(_names.Tag(tag)),
        HasSyntax has => new HasNode(_names.Tag(has.Tag)),
        StageSyntax stage => new StageNode(_names.Journey(stage)),
        UsedSyntax used => new UsedNode(_names.Cap(used)),
        CountSyntax count => new TagNode(_names.CountingTag(count)),
        UnarySyntax { Sign: '-', Operand: NumberSyntax number } => Number(number, isNegative: true),
        UnarySyntax unary => Unary(unary),
        BinarySyntax { Sign: "&&" or "||" } logic => new LogicNode(logic.Sign == "&&", Bool(logic, logic.Left), Bool(logic, logic.Right)),
        BinarySyntax { Sign: "+" or "-" or "*" or "/" or "%" } sum => Compute(sum),
        BinarySyntax comparison => Compare(comparison),
        InSyntax list => Membership(list),
        ChoiceSyntax choice => Choose(choice),
        _ => throw new InvalidOperationException($"{syntax.GetType().Name} is no part of an expression."),
    };

    private LiteralNode Number(NumberSyntax number, bool isNegative)
    {
        var text = isNegative ? "-" + number.Digits : number.Digits;
        if (!number.Digits.Contains('.', StringComparison.Ordinal))
        {
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
                ? new LiteralNode(ExpressionType.Integer, integer)
                : throw Fault(number, $"found '{SourceExcerpt.Quote(text)}', expected a whole number of 64 bits");
        }

        return char.IsAsciiDigit(text[^1]) && Decimal4.TryParse(text, out var scaled)
            ? new LiteralNode(ExpressionType.Decimal, scaled)
            : throw Fault(
                number, $"found '{SourceExcerpt.Quote(text)}', expected a number of at most 4 decimals, within ±922337203685477.5807");
    }

    private ExpressionNode Unary(UnarySyntax unary)
    {
        var operand = Check(unary.Operand);
        if (unary.Sign == '!')
        {
            return operand.Type == ExpressionType.Bool
                ? new NotNode(operand)
                : throw Fault(unary.Operand, $"'!' needs a bool, and {NameResolver.Shown(operand)} is {operand.Type.Named()}");
        }

        return operand.Type.IsNumber()
            ? new NegateNode(operand)
            : throw Fault(unary.Operand, $"'-' needs a number, and {NameResolver.Shown(operand)} is {operand.Type.Named()}");
    }

    private ExpressionNode Bool(BinarySyntax logic, SyntaxNode side)
    {
        var node = Check(side);
        return node.Type == ExpressionType.Bool
            ? node
            : throw Fault(
                side,
                $"'{logic.Sign}' joins conditions, and {NameResolver.Shown(node)} is {node.Type.Named()}; compare it, or let it be a bool");
    }

    private ArithmeticNode Compute(BinarySyntax sum)
    {
        var (left, right) = (Check(sum.Left), Check(sum.Right));
        if (left.Type.IsNumber() && right.Type.IsNumber())
        {
            (left, right) = Alike(sum, sum.Right, left, right);
            var isDecimal = left.Type == ExpressionType.Decimal;
            return new ArithmeticNode(
                left.Type,
                sum.Sign switch
                {
                    "+" => Arithmetic.Add,
                    "-" => Arithmetic.Subtract,
                    "*" => isDecimal ? Arithmetic.MultiplyDecimals : Arithmetic.Multiply,
                    "/" => isDecimal ? Arithmetic.DivideDecimals : Arithmetic.Divide,
                    _ => Arithmetic.Remainder,
                },
                left,
                right);
        }

        ExpressionType? type = (sum.Sign, left.Type, right.Type) switch
        {
            ("-", ExpressionType.Time, ExpressionType.Time) => ExpressionType.Duration,
            ("+" or "-", ExpressionType.Time, ExpressionType.Duration) => ExpressionType.Time,
            ("+", ExpressionType.Duration, ExpressionType.Time) => ExpressionType.Time,
            ("+" or "-", ExpressionType.Duration, ExpressionType.Duration) => ExpressionType.Duration,
            _ => null,
        };
        return type is { } result
            ? new ArithmeticNode(result, sum.Sign == "+" ? Arithmetic.Add : Arithmetic.Subtract, left, right)
            : throw Fault(sum, $"found {left.Type.Named()} {sum.Sign} {right.Type.Named()}, expected numbers, or times and durations as in now - tags.last_login");
    }

    private ComparisonNode Compare(BinarySyntax syntax)
    {
        var (left, right) = Alike(syntax, syntax.Right, Check(syntax.Left), Check(syntax.Right), syntax.Left);
        var comparison = syntax.Sign switch
        {
            "==" => Comparison.Equal,
            "!=" => Comparison.NotEqual,
            "<" => Comparison.Less,
            "<=" => Comparison.LessOrEqual,
            ">" => Comparison.Greater,
            _ => Comparison.GreaterOrEqual,
        };
        return comparison <= Comparison.NotEqual || left.Type.HasOrder()
            ? new ComparisonNode(comparison, left, right)
            : throw Fault(syntax, $"'{syntax.Sign}' needs numbers, times or durations, and {NameResolver.Shown(left)} is {left.Type.Named()}; compare it with == or != or in");
    }

    private MembershipNode Membership(InSyntax syntax)
    {
        var operand = Check(syntax.Operand);
        var items = syntax.Items.Select(item => (Syntax: item, Node: Check(item))).ToList();
        if (operand.Type == ExpressionType.Integer && items.Exists(item => item.Node.Type == ExpressionType.Decimal))
        {
            operand = ToDecimal(syntax.Operand, operand);
        }

        return new MembershipNode(
            operand, [.. items.Select(item => (LiteralNode)Alike(syntax, item.Syntax, operand, item.Node).Right)]);
    }

    private ChoiceNode Choose(ChoiceSyntax syntax)
    {
        var condition = Check(syntax.Condition);
        if (condition.Type != ExpressionType.Bool)
        {
            throw Fault(syntax.Condition, $"'?' needs a bool before it, and {NameResolver.Shown(condition)} is {condition.Type.Named()}");
        }

        var (whenTrue, whenFalse) = Alike(syntax, syntax.WhenFalse, Check(syntax.WhenTrue), Check(syntax.WhenFalse), syntax.WhenTrue);
        return new ChoiceNode(condition, whenTrue, whenFalse);
    }

    // Brings two values to one type: an integer beside a decimal becomes one, a text beside an enum its number.
    private (ExpressionNode Left, ExpressionNode Right) Alike(
        SyntaxNode at, SyntaxNode rightAt, ExpressionNode left, ExpressionNode right, SyntaxNode? leftAt = null)
    {
        (left, right) = (left.Type, right.Type) switch
        {
            (ExpressionType.Integer, ExpressionType.Decimal) => (ToDecimal(leftAt ?? at, left), right),
            (ExpressionType.Decimal, ExpressionType.Integer) => (left, ToDecimal(rightAt, right)),
            (ExpressionType.Enum, ExpressionType.Text) when right is LiteralNode text => (left, _names.EnumValue(rightAt, left, text)),
            (ExpressionType.Text, ExpressionType.Enum) when left is LiteralNode text =>
                (_names.EnumValue(leftAt ?? at, right, text), right),
            _ => (left, right),
        };
        if (left.Type != right.Type)
        {
            throw right is LiteralNode
                ? Fault(
                    rightAt,
                    $"found {right.Type.Named()}, expected {left.Type.Example()}, as {NameResolver.Shown(left)} is {left.Type.Named()}")
                : Fault(
                    at, $"found {left.Type.Named()} on the left and {right.Type.Named()} on the right, expected two values of one type");
        }

        if (left.Type == ExpressionType.Enum && !NameResolver.ShareEnum(left, right))
        {
            throw Fault(
                at,
                $"{NameResolver.Shown(left)} and {NameResolver.Shown(right)} have different values, expected an enum and its own values");
        }

        return (left, right);
    }

    private ExpressionNode ToDecimal(SyntaxNode at, ExpressionNode node)
    {
        if (node is not LiteralNode literal)
        {
            return new ToDecimalNode(node);
        }

        return Numbers.TryToDecimal(literal.Bits, out var scaled)
            ? new LiteralNode(ExpressionType.Decimal, scaled)
            : throw Fault(at, $"found {literal.Bits} beside a decimal, expected a number within ±922337203685477.5807");
    }

    private ExpressionException Fault(SyntaxNode at, string fault) => new(source, at.At, fault);
}
