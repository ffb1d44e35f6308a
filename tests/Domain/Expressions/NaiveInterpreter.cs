using System.Numerics;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;

namespace Zhice.Domain.Tests.Expressions;

/// <summary>What an expression means, told without any care for speed: null is missing or unknown.</summary>
internal static class NaiveInterpreter
{
    public static bool Holds(Expression expression, in CustomerView customer) => Of(expression.Root, customer) is true;

    private static object? Of(ExpressionNode node, in CustomerView customer)
    {
        switch (node)
        {
            case LiteralNode { Text: { } text }:
                return text;
            case LiteralNode { Type: ExpressionType.Bool } truth:
                return truth.Bits != 0;
            case LiteralNode literal:
                return (BigInteger)literal.Bits;
            case NowNode:
                return (BigInteger)customer.NowMs;
            case TagNode { Type: ExpressionType.Text } tag:
                return customer.TryGetText(tag.Tag, out var found) ? found : null;
            case TagNode { Type: ExpressionType.Bool } flag:
                return customer.TryGet(flag.Tag, out var isSet) ? isSet != 0 : null;
            case TagNode tag:
                return customer.TryGet(tag.Tag, out var bits) ? (BigInteger)bits : null;
            case HasNode has:
                return customer.IsPersonalized ? Of(new TagNode(has.Tag), customer) is not null : null;
            case UsedNode used:
                return (BigInteger)customer.Catalog.ContactPolicy.Uses(customer.State.ContactState, customer.NowMs)
                    .Single(use => use.Cap.Id == used.CapId).Used;
            case StageNode:
                return null;
            case NotNode not:
                return Of(not.Operand, customer) is bool operand ? !operand : null;
            case LogicNode logic:
                return Logic(logic.IsAnd, Of(logic.Left, customer), Of(logic.Right, customer));
            case ComparisonNode comparison:
                return Of(comparison.Left, customer) is { } left && Of(comparison.Right, customer) is { } right
                    ? Compare(comparison.Comparison, left, right)
                    : null;
            case MembershipNode list:
                return Of(list.Operand, customer) is { } value ? IsAmong(list, value, customer) : null;
            case NegateNode negate:
                return Of(negate.Operand, customer) is BigInteger number ? Fitting(-number) : null;
            case ToDecimalNode toDecimal:
                return Of(toDecimal.Operand, customer) is BigInteger integer ? Fitting(integer * 10_000) : null;
            case ArithmeticNode sum:
                return Of(sum.Left, customer) is BigInteger first && Of(sum.Right, customer) is BigInteger second
                    ? Compute(sum.Operation, first, second)
                    : null;
            case ChoiceNode choice:
                return Of(choice.Condition, customer) switch
                {
                    true => Of(choice.WhenTrue, customer),
                    false => Of(choice.WhenFalse, customer),
                    _ => null,
                };
            default:
                throw new InvalidOperationException(node.GetType().Name);
        }
    }

    private static object? Logic(bool isAnd, object? left, object? right)
    {
        object decisive = !isAnd;
        return Equals(left, decisive) || Equals(right, decisive) ? decisive
            : left is null || right is null ? null
            : isAnd;
    }

    private static bool IsAmong(MembershipNode list, object value, in CustomerView customer)
    {
        foreach (var item in list.Items)
        {
            if (Equals(Of(item, customer), value))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Compare(Comparison comparison, object left, object right) => comparison switch
    {
        Comparison.Equal => Equals(left, right),
        Comparison.NotEqual => !Equals(left, right),
        Comparison.Less => (BigInteger)left < (BigInteger)right,
        Comparison.LessOrEqual => (BigInteger)left <= (BigInteger)right,
        Comparison.Greater => (BigInteger)left > (BigInteger)right,
        _ => (BigInteger)left >= (BigInteger)right,
    };

    private static BigInteger? Compute(Arithmetic operation, BigInteger left, BigInteger right) => operation switch
    {
        Arithmetic.Add => Fitting(left + right),
        Arithmetic.Subtract => Fitting(left - right),
        Arithmetic.Multiply => Fitting(left * right),
        Arithmetic.MultiplyDecimals => Fitting(left * right / 10_000),
        _ when right.IsZero => null,
        Arithmetic.Divide => Fitting(left / right),
        Arithmetic.DivideDecimals => Fitting(left * 10_000 / right),
        _ => Fitting(left % right),
    };

    private static BigInteger? Fitting(BigInteger number) => number >= long.MinValue && number <= long.MaxValue ? number : null;
}
