using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Zhice.Domain.Expressions.Columns;

/// <summary>Compares 64 rows at a time into the bits of a word, four in an instruction.</summary>
internal static class VectorComparison
{
    private interface IOperation
    {
        static abstract Vector256<long> Compare(Vector256<long> left, Vector256<long> right);
    }

    /// <summary>Sets the bits of rows whose value compares so with a constant; those that are set stay.</summary>
    public static void Add(Comparison comparison, ReadOnlySpan<long> values, long constant, Span<ulong> bits) =>
        Add(comparison, values, [], constant, bits);

    /// <summary>Sets the bits of rows whose two values compare so.</summary>
    public static void Add(Comparison comparison, ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<ulong> bits) =>
        Add(comparison, left, right, 0, bits);

    /// <summary>Leaves of the rows that compare the present ones, and gives the present ones that do not.</summary>
    public static void Split(ReadOnlySpan<ulong> present, Span<ulong> isTrue, Span<ulong> isFalse)
    {
        for (var i = 0; i < isTrue.Length; i++)
        {
            (isTrue[i], isFalse[i]) = (isTrue[i] & present[i], ~isTrue[i] & present[i]);
        }
    }

    // Three comparisons are the opposites of the other three.
    private static void Add(Comparison comparison, ReadOnlySpan<long> left, ReadOnlySpan<long> right, long constant, Span<ulong> bits)
    {
        switch (comparison)
        {
            case Comparison.Equal or Comparison.NotEqual:
                Add<Equal>(left, right, constant, bits, comparison == Comparison.NotEqual ? ulong.MaxValue : 0);
                break;
            case Comparison.Less or Comparison.GreaterOrEqual:
                Add<Less>(left, right, constant, bits, comparison == Comparison.GreaterOrEqual ? ulong.MaxValue : 0);
                break;
            default:
                Add<Greater>(left, right, constant, bits, comparison == Comparison.LessOrEqual ? ulong.MaxValue : 0);
                break;
        }
    }

    private static void Add<T>(ReadOnlySpan<long> left, ReadOnlySpan<long> right, long constant, Span<ulong> bits, ulong flip)
        where T : IOperation
    {
        var same = Vector256.Create(constant);
        ref var second = ref MemoryMarshal.GetReference(right);
        for (var word = 0; word < left.Length / 64; word++)
        {
            var found = 0UL;
            var from = word * 64;
            for (var i = 0; i < 64; i += Vector256<long>.Count)
            {
                var operand = right.IsEmpty ? same : Vector256.LoadUnsafe(ref second, (nuint)(from + i));
                var values = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(left), (nuint)(from + i));
                found |= (ulong)T.Compare(values, operand).ExtractMostSignificantBits() << i;
            }

            bits[word] |= found ^ flip;
        }

        var rest = left.Length / 64 * 64;
        for (var i = rest; i < left.Length; i++)
        {
            var operand = Vector256.Create(right.IsEmpty ? constant : right[i]);
            var holds = T.Compare(Vector256.Create(left[i]), operand).ExtractMostSignificantBits() & 1;
            bits[rest / 64] |= ((holds ^ flip) & 1) << (i - rest);
        }
    }

    private readonly struct Equal : IOperation
    {
        public static Vector256<long> Compare(Vector256<long> left, Vector256<long> right) => Vector256.Equals(left, right);
    }

    private readonly struct Less : IOperation
    {
        public static Vector256<long> Compare(Vector256<long> left, Vector256<long> right) => Vector256.LessThan(left, right);
    }

    private readonly struct Greater : IOperation
    {
        public static Vector256<long> Compare(Vector256<long> left, Vector256<long> right) => Vector256.GreaterThan(left, right);
    }
}
