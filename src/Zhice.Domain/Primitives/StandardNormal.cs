namespace Zhice.Domain.Primitives;

/// <summary>Draws from the normal distribution with mean 0 and variance 1.</summary>
public static class StandardNormal
{
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;
    private const double OfBits = 1.0 / (1UL << 53);

    /// <summary>The draw of a seed: the same for the same seed, and unrelated between seeds.</summary>
    /// <remarks>
    /// G. Box, M. Muller, A Note on the Generation of Random Normal Deviates, 1958, of two numbers of SplitMix64
    /// (G. Steele, D. Lea, C. Flood, Fast Splittable Pseudorandom Number Generators, 2014).
    /// </remarks>
    public static double Draw(ulong seed)
    {
        var (one, other) = (Mix(seed + Step), Mix(seed + Step + Step));
        var radius = Math.Sqrt(-2 * Math.Log(((one >> 11) + 0.5) * OfBits));
        return radius * Math.Cos(2 * Math.PI * ((other >> 11) * OfBits));
    }

    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58_476D_1CE4_E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D0_49BB_1331_11EB;
        return bits ^ (bits >> 31);
    }
}
