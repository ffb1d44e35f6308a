namespace Zhice.Domain.Measurement.Reports;

/// <summary>Sums of amounts in fen: one that would be larger than a number can be stays at the largest, and does not turn around.</summary>
public static class FenSum
{
    /// <summary>The sum of two amounts.</summary>
    public static long Add(long one, long other) => (long)Int128.Clamp((Int128)one + other, long.MinValue, long.MaxValue);
}
