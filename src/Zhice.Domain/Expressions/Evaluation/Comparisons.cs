using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions.Evaluation;

internal sealed class TagCompared(TagDefinition tag, Comparison comparison, long constant) : TruthEvaluator
{
    public override Truth Evaluate(in CustomerView customer) =>
        customer.TryGet(tag, out var bits) ? Known(Compared.Holds(comparison, bits, constant)) : Truth.Unknown;
}

internal sealed class ComparedToConstant(NumberEvaluator left, Comparison comparison, long constant) : TruthEvaluator
{
    public override Truth Evaluate(in CustomerView customer) =>
        left.TryGet(customer, out var bits) ? Known(Compared.Holds(comparison, bits, constant)) : Truth.Unknown;
}

internal sealed class Compared(NumberEvaluator left, Comparison comparison, NumberEvaluator right) : TruthEvaluator
{
    public override Truth Evaluate(in CustomerView customer) =>
        left.TryGet(customer, out var first) && right.TryGet(customer, out var second)
            ? Known(Holds(comparison, first, second))
            : Truth.Unknown;

    public static bool Holds(Comparison comparison, long left, long right) => comparison switch
    {
        Comparison.Equal => left == right,
        Comparison.NotEqual => left != right,
        Comparison.Less => left < right,
        Comparison.LessOrEqual => left <= right,
        Comparison.Greater => left > right,
        _ => left >= right,
    };
}

internal sealed class NumberIn(NumberEvaluator value, long[] constants) : TruthEvaluator
{
    public override Truth Evaluate(in CustomerView customer) =>
        value.TryGet(customer, out var bits) ? Known(constants.AsSpan().Contains(bits)) : Truth.Unknown;
}

internal sealed class TextsEqual(TextEvaluator left, TextEvaluator right, bool areEqual) : TruthEvaluator
{
    public override Truth Evaluate(in CustomerView customer) =>
        left.TryGet(customer, out var first) && right.TryGet(customer, out var second)
            ? Known(string.Equals(first, second, StringComparison.Ordinal) == areEqual)
            : Truth.Unknown;
}

internal sealed class TextIn(TextEvaluator value, string[] constants) : TruthEvaluator
{
    public override Truth Evaluate(in CustomerView customer) =>
        value.TryGet(customer, out var text) ? Known(constants.AsSpan().Contains(text)) : Truth.Unknown;
}
