namespace Zhice.Domain.Measurement.Attribution;

/// <summary>Divides an amount so that its parts add up to it.</summary>
public static class FenParts
{
    // Weights become whole numbers of so many bits, so that nothing is lost after that.
    private const int WeightBits = 40;

    /// <summary>The parts, in whole fen.</summary>
    /// <param name="fen">The amount; may be below 0.</param>
    /// <param name="weights">How much each part should have of it: finite, at least 0, one of them above 0.</param>
    /// <remarks>
    /// The method of largest remainders (T. Hare, 1859; A. Hamilton, 1792): every part is rounded down, and what is left goes fen by
    /// fen to the parts that lost most; among equals to the earlier one.
    /// </remarks>
    public static long[] Divide(long fen, ReadOnlySpan<double> weights)
    {
        var (largest, sum) = (0.0, (Int128)0);
        foreach (var weight in weights)
        {
            largest = weight >= 0 && double.IsFinite(weight)
                ? Math.Max(largest, weight)
                : throw new ArgumentOutOfRangeException(nameof(weights), weight, "A weight is finite and at least 0.");
        }

        if (largest == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(weights), "At least one weight is above 0.");
        }

        var whole = new Int128[weights.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            sum += whole[i] = (Int128)Math.Round(weights[i] / largest * (1L << WeightBits));
        }

        var amount = Int128.Abs(fen);
        var (parts, remainders, left) = (new long[weights.Length], new (Int128 Remainder, int Place)[weights.Length], amount);
        for (var i = 0; i < parts.Length; i++)
        {
            var (part, remainder) = Int128.DivRem(amount * whole[i], sum);
            left -= part;
            parts[i] = (long)(part * Math.Sign(fen));
            remainders[i] = (-remainder, i);
        }

        Array.Sort(remainders);
        for (var i = 0; i < left; i++)
        {
            parts[remainders[i].Place] += Math.Sign(fen);
        }

        return parts;
    }
}
