using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions.Evaluation;

internal sealed class Has(TagDefinition tag) : TruthEvaluator
{
    public override Truth Evaluate(in CustomerView customer) =>
        customer.TryGet(tag, out _) ? Truth.True : customer.Knows(tag) ? Truth.False : Truth.Unknown;
}

internal sealed class HasText(TagDefinition tag) : TruthEvaluator
{
    public override Truth Evaluate(in CustomerView customer) =>
        customer.TryGetText(tag, out _) ? Truth.True : customer.Knows(tag) ? Truth.False : Truth.Unknown;
}

internal sealed class Not(TruthEvaluator operand) : TruthEvaluator
{
    public override Truth Evaluate(in CustomerView customer) => (Truth)(Truth.True - operand.Evaluate(customer));
}

internal sealed class And(TruthEvaluator left, TruthEvaluator right) : TruthEvaluator
{
    public override Truth Evaluate(in CustomerView customer)
    {
        var first = left.Evaluate(customer);
        if (first == Truth.False)
        {
            return first;
        }

        var second = right.Evaluate(customer);
        return first < second ? first : second;
    }
}

internal sealed class Or(TruthEvaluator left, TruthEvaluator right) : TruthEvaluator
{
    public override Truth Evaluate(in CustomerView customer)
    {
        var first = left.Evaluate(customer);
        if (first == Truth.True)
        {
            return first;
        }

        var second = right.Evaluate(customer);
        return first > second ? first : second;
    }
}

internal sealed class TruthChoice(TruthEvaluator condition, TruthEvaluator whenTrue, TruthEvaluator whenFalse) : TruthEvaluator
{
    public override Truth Evaluate(in CustomerView customer) => condition.Evaluate(customer) switch
    {
        Truth.True => whenTrue.Evaluate(customer),
        Truth.False => whenFalse.Evaluate(customer),
        _ => Truth.Unknown,
    };
}

internal sealed class BoolAsTruth(NumberEvaluator value) : TruthEvaluator
{
    public override Truth Evaluate(in CustomerView customer) =>
        value.TryGet(customer, out var bits) ? Known(bits != 0) : Truth.Unknown;
}
