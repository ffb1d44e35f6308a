using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions.Evaluation;

internal sealed class Constant(long constant) : NumberEvaluator
{
    public override bool TryGet(in CustomerView customer, out long bits)
    {
        bits = constant;
        return true;
    }
}

internal sealed class Now : NumberEvaluator
{
    public override bool TryGet(in CustomerView customer, out long bits)
    {
        bits = customer.NowMs;
        return true;
    }
}

internal sealed class TagValueEvaluator(TagDefinition tag) : NumberEvaluator
{
    public override bool TryGet(in CustomerView customer, out long bits) => customer.TryGet(tag, out bits);
}

internal sealed class StageEvaluator(JourneyStages journey) : NumberEvaluator
{
    public override bool TryGet(in CustomerView customer, out long bits)
    {
        var isIn = customer.TryGetStage(journey.Number, out var stage);
        bits = stage;
        return isIn;
    }
}

internal sealed class CapUseEvaluator(string capId) : NumberEvaluator
{
    // Contacts bind also where a customer's profile may not be used: they are read from the state itself.
    public override bool TryGet(in CustomerView customer, out long bits)
    {
        bits = customer.Catalog.ContactPolicy.Used(capId, customer.State.ContactState, customer.NowMs);
        return true;
    }
}

internal sealed class ToDecimal(NumberEvaluator integer) : NumberEvaluator
{
    public override bool TryGet(in CustomerView customer, out long bits) =>
        integer.TryGet(customer, out bits) && Numbers.TryToDecimal(bits, out bits);
}

internal sealed class Computed(Arithmetic operation, NumberEvaluator left, NumberEvaluator right) : NumberEvaluator
{
    public override bool TryGet(in CustomerView customer, out long bits)
    {
        if (left.TryGet(customer, out var first) && right.TryGet(customer, out var second))
        {
            return Numbers.TryCompute(operation, first, second, out bits);
        }

        bits = 0;
        return false;
    }
}

internal sealed class ComputedWithConstant(Arithmetic operation, NumberEvaluator left, long constant) : NumberEvaluator
{
    public override bool TryGet(in CustomerView customer, out long bits) =>
        left.TryGet(customer, out bits) && Numbers.TryCompute(operation, bits, constant, out bits);
}

internal sealed class NumberChoice(TruthEvaluator condition, NumberEvaluator whenTrue, NumberEvaluator whenFalse) : NumberEvaluator
{
    public override bool TryGet(in CustomerView customer, out long bits)
    {
        bits = 0;
        return condition.Evaluate(customer) switch
        {
            Truth.True => whenTrue.TryGet(customer, out bits),
            Truth.False => whenFalse.TryGet(customer, out bits),
            _ => false,
        };
    }
}

internal sealed class TruthAsBool(TruthEvaluator condition) : NumberEvaluator
{
    public override bool TryGet(in CustomerView customer, out long bits)
    {
        var truth = condition.Evaluate(customer);
        bits = truth == Truth.True ? 1 : 0;
        return truth != Truth.Unknown;
    }
}

internal sealed class ConstantText(string constant) : TextEvaluator
{
    public override bool TryGet(in CustomerView customer, out string text)
    {
        text = constant;
        return true;
    }
}

internal sealed class TagText(TagDefinition tag) : TextEvaluator
{
    public override bool TryGet(in CustomerView customer, out string text) => customer.TryGetText(tag, out text);
}

internal sealed class TextChoice(TruthEvaluator condition, TextEvaluator whenTrue, TextEvaluator whenFalse) : TextEvaluator
{
    public override bool TryGet(in CustomerView customer, out string text)
    {
        text = "";
        return condition.Evaluate(customer) switch
        {
            Truth.True => whenTrue.TryGet(customer, out text),
            Truth.False => whenFalse.TryGet(customer, out text),
            _ => false,
        };
    }
}
