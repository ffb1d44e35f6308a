namespace Zhice.Domain.Measurement.Lifts;

/// <summary>Corrects p-values of a report that asks many questions at once.</summary>
public static class FalseDiscoveries
{
    /// <summary>
    /// The adjusted p-values, in the order of the given ones. Calling those of at most 0.05 clear lets at most 5 % of the
    /// clear ones be false on average.
    /// </summary>
    /// <param name="values">The p-values of all figures of the report, 0 to 1 each.</param>
    /// <remarks>Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57, 1995; adjusted as R's p.adjust does.</remarks>
    public static double[] Adjust(ReadOnlySpan<double> values)
    {
        var order = new int[values.Length];
        var adjusted = values.ToArray();
        for (var i = 0; i < order.Length; i++)
        {
            if (!(values[i] is >= 0 and <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(values), values[i], "A p-value is from 0 to 1.");
            }

            order[i] = i;
        }

        Array.Sort(values.ToArray(), order);
        var least = 1.0;
        for (var rank = order.Length; rank > 0; rank--)
        {
            ref var each = ref adjusted[order[rank - 1]];
            each = least = Math.Min(least, each * ((double)order.Length / rank));
        }

        return adjusted;
    }
}
