using System.Collections.Immutable;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Simulations;

/// <summary>
/// Divides sampled customers by a tag and compares what an action's model and decisions do for them. Whoever asks chooses no bins and no
/// customers: from two reports with bins that differ by one customer, that customer could be read.
/// </summary>
public static class FairnessSlices
{
    /// <summary>How many customers a slice has at least; smaller ones are suppressed.</summary>
    public const int MinCustomers = 30;

    /// <summary>How many customers are sampled at the most.</summary>
    public const int MaxCustomers = 10_000;

    /// <summary>How many slices are shown at the most, the largest ones.</summary>
    public const int MaxSlices = 50;

    /// <summary>The four-fifths rule: a smaller ratio between the offered shares of two slices is worth a look.</summary>
    public const double MinRatio = 0.8;

    private const int Quantiles = 5;

    /// <summary>Why no report can be made by a tag, as the rest of a sentence about it; null: one can.</summary>
    public static string? WhyNot(TagDefinition tag) =>
        tag.Type is TagType.String or TagType.Time ? "is a string or time tag; reports are by bool, enum, integer and decimal tags"
        : tag.Protection.Level == TagProtection.MaxLevel
            ? $"has level {TagProtection.MaxLevel}; reports are by tags of level 1 to {TagProtection.MaxLevel - 1}"
        : null;

    /// <summary>The slices of a tag, with its lowest value first, and that of customers who lack it last.</summary>
    /// <param name="samples">The customers.</param>
    /// <param name="tag">
    /// A tag of which <see cref="WhyNot"/> says nothing. Numbers have the bins of the models if it sets any, else five with as many
    /// customers each.
    /// </param>
    /// <returns>The slices, and how many more there are that are not shown.</returns>
    public static (ImmutableArray<FairnessSlice> Slices, int Suppressed) Divide(
        IReadOnlyCollection<FairnessSample> samples, TagDefinition tag)
    {
        var edges = tag.Type is TagType.Bool or TagType.Enum || tag.BinWidth > 0 ? [] : FindEdges(samples);
        var groups = samples
            .GroupBy(sample => sample.Value is { } value ? GetBounds(value, tag, edges) : new(IsMissing: true, null, null)).ToList();
        var shown = groups.Where(static group => group.Count() >= MinCustomers).OrderByDescending(static group => group.Count())
            .ThenBy(static group => group.Key.From ?? long.MinValue).Take(MaxSlices).ToList();
        if (shown.Count == 0)
        {
            return ([], groups.Count);
        }

        var largest = GetOfferedShare(shown[0]);
        return (
            [
                .. shown.OrderBy(static group => group.Key.IsMissing).ThenBy(static group => group.Key.From ?? long.MinValue)
                    .Select(group => CreateSlice(group, largest)),
            ],
            groups.Count - shown.Count);
    }

    private static FairnessSlice CreateSlice(IGrouping<FairnessBounds, FairnessSample> group, double largest)
    {
        var offered = GetOfferedShare(group);
        long contacts = group.Sum(static sample => sample.Contacts);
        return new(
            group.Key, group.Count(), group.Average(static sample => sample.Propensity), offered, largest > 0 ? offered / largest : null,
            contacts, contacts >= MinCustomers ? (double)group.Sum(static sample => sample.Accepted) / contacts : null);
    }

    private static double GetOfferedShare(IEnumerable<FairnessSample> samples) =>
        samples.Average(static sample => sample.IsOffered ? 1.0 : 0);

    private static FairnessBounds GetBounds(long value, TagDefinition tag, long[] edges)
    {
        if (tag.Type is TagType.Bool or TagType.Enum)
        {
            return new(false, value, null);
        }

        if (tag.BinWidth > 0)
        {
            var rest = value % tag.BinWidth;
            var low = (Int128)value - (rest < 0 ? rest + tag.BinWidth : rest);
            var high = low + tag.BinWidth;
            return new(false, low < long.MinValue ? null : (long)low, high > long.MaxValue ? null : (long)high);
        }

        var at = Array.BinarySearch(edges, value);
        var above = at >= 0 ? at + 1 : ~at;
        return new(false, above == 0 ? null : edges[above - 1], above == edges.Length ? null : edges[above]);
    }

    // Bounds that are no customer's lowest or highest value.
    private static long[] FindEdges(IReadOnlyCollection<FairnessSample> samples)
    {
        long[] values = [.. samples.Where(static sample => sample.Value is not null).Select(static sample => sample.Value!.Value).Order()];
        var edges = Enumerable.Range(1, Quantiles - 1).Select(part => values[(int)((long)values.Length * part / Quantiles)]);
        return values.Length == 0 ? [] : [.. edges.Where(edge => edge > values[0]).Distinct()];
    }
}
