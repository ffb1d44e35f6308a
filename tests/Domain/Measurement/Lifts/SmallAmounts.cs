using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Tests.Measurement.Lifts;

/// <summary>Amounts as campaigns have them: most 0, a few large.</summary>
internal static class SmallAmounts
{
    public static AmountCounts Arm { get; } = Of([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 120, 35, 980, 50, 15, 0, 0, 260]);

    public static AmountCounts Control { get; } = Of([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 45, 80, 0, 0, 0, 10, 0, 5]);

    public static AmountCounts Of(double[] amounts)
    {
        var counts = new AmountCounts();
        foreach (var amount in amounts)
        {
            counts.Add(amount);
        }

        return counts;
    }
}
