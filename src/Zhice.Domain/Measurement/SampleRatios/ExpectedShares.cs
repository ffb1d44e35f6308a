namespace Zhice.Domain.Measurement.SampleRatios;

/// <summary>What each arm should have, as shares of 1.</summary>
internal static class ExpectedShares
{
    /// <summary>The shares.</summary>
    /// <param name="weights">What each arm should have, above 0; only their proportions count.</param>
    /// <param name="arms">How many arms there are.</param>
    /// <exception cref="ArgumentException">There are fewer than two arms, not one weight for each, or one that is not above 0.</exception>
    public static double[] From(ReadOnlySpan<double> weights, int arms)
    {
        if (arms < 2 || weights.Length != arms)
        {
            throw new ArgumentException(
                $"There are {arms} arms and {weights.Length} shares; give one share for each of at least 2 arms.", nameof(weights));
        }

        var sum = 0.0;
        foreach (var each in weights)
        {
            sum += each > 0 && double.IsFinite(each)
                ? each
                : throw new ArgumentException($"A share is above 0, not {each}.", nameof(weights));
        }

        var shares = weights.ToArray();
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] /= sum;
        }

        return shares;
    }
}
