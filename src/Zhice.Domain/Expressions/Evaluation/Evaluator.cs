using Zhice.Domain.Customers;

namespace Zhice.Domain.Expressions.Evaluation;

/// <summary>
/// A truth value of Kleene's logic, in the order that makes <c>and</c> the least of two, <c>or</c> the most, and
/// <c>not</c> the mirror.
/// </summary>
internal enum Truth : byte
{
    False = 0,
    Unknown = 1,
    True = 2,
}

/// <summary>Gives the truth of a condition for a customer.</summary>
internal abstract class TruthEvaluator
{
    public abstract Truth Evaluate(in CustomerView customer);

    protected static Truth Known(bool holds) => holds ? Truth.True : Truth.False;
}

/// <summary>Gives a value of 64 bits for a customer; false when it is missing.</summary>
internal abstract class NumberEvaluator
{
    public abstract bool TryGet(in CustomerView customer, out long bits);
}

/// <summary>Gives a text for a customer; false when it is missing.</summary>
internal abstract class TextEvaluator
{
    public abstract bool TryGet(in CustomerView customer, out string text);
}
