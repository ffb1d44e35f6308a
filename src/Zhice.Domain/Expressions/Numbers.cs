using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions;

/// <summary>Arithmetic of 64 bits that says when it has no result, instead of throwing.</summary>
internal static class Numbers
{
    /// <summary>An integer × 10,000; false when that is too large.</summary>
    public static bool TryToDecimal(long integer, out long scaled)
    {
        scaled = unchecked(integer * Decimal4.Scale);
        return integer is <= long.MaxValue / Decimal4.Scale and >= long.MinValue / Decimal4.Scale;
    }

    /// <summary>What an operation gives; false when it overflows or divides by 0.</summary>
    public static bool TryCompute(Arithmetic operation, long left, long right, out long result)
    {
        switch (operation)
        {
            case Arithmetic.Add:
                result = unchecked(left + right);
                return ((left ^ result) & (right ^ result)) >= 0;
            case Arithmetic.Subtract:
                result = unchecked(left - right);
                return ((left ^ right) & (left ^ result)) >= 0;
            case Arithmetic.Multiply:
                return Fits((Int128)left * right, out result);
            case Arithmetic.MultiplyDecimals:
                return Fits((Int128)left * right / Decimal4.Scale, out result);
            case Arithmetic.Divide:
                return Divide(left, right, out result);
            case Arithmetic.DivideDecimals:
                // Most amounts × 10,000 have 64 bits, and a division of 128 bits takes ten times as long.
                return TryToDecimal(left, out var scaled)
                    ? Divide(scaled, right, out result)
                    : Fits(right == 0 ? Int128.MaxValue : (Int128)left * Decimal4.Scale / right, out result);
            default:
                result = right is 0 or -1 ? 0 : left % right;
                return right != 0;
        }
    }

    private static bool Divide(long left, long right, out long result)
    {
        var hasResult = right != 0 && !(left == long.MinValue && right == -1);
        result = hasResult ? left / right : 0;
        return hasResult;
    }

    private static bool Fits(Int128 number, out long result)
    {
        result = unchecked((long)number);
        return result == number;
    }
}
