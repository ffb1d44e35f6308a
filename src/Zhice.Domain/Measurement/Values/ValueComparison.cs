using System.Collections.Immutable;
using Orleans;
using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Measurement.Values;

/// <summary>A figure by which a bank is judged. The numbers are those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.value-kind")]
public enum ValueKind : byte
{
    /// <summary>The share of the customers who were active within the days (MAU).</summary>
    Active = 1,

    /// <summary>The share of the customers who are active on a day, as a mean over the days (DAU).</summary>
    ActiveOnADay = 2,

    /// <summary>The assets under management of a customer, in fen (AUM).</summary>
    Aum = 3,

    /// <summary>The share of the customers who have churned.</summary>
    Churned = 4,

    /// <summary>The net promoter score as a share, -1 to 1 (NPS).</summary>
    Nps = 5,
}

/// <summary>What is known of a group of customers.</summary>
/// <param name="Customers">Of how many customers it is known.</param>
/// <param name="Those">How many of them did it, where the figure is a share of customers; else 0.</param>
/// <param name="Value">The figure; null where nothing is known.</param>
[GenerateSerializer, Immutable, Alias("zhice.value-group")]
public readonly record struct ValueGroup([property: Id(0)] long Customers, [property: Id(1)] long Those, [property: Id(2)] double? Value);

/// <summary>A figure of those whom a campaign contacted against that of those whom it held out.</summary>
/// <param name="Kind">Which figure.</param>
/// <param name="Contacted">That of those who were contacted.</param>
/// <param name="HeldOut">That of those who were held out.</param>
/// <param name="Difference">The difference; null where it cannot be told.</param>
/// <param name="Refusal">Why there is no difference; empty where there is one.</param>
[GenerateSerializer, Immutable, Alias("zhice.value-comparison")]
public sealed record ValueComparison(
    [property: Id(0)] ValueKind Kind, [property: Id(1)] ValueGroup Contacted, [property: Id(2)] ValueGroup HeldOut,
    [property: Id(3)] Estimate? Difference, [property: Id(4)] string Refusal)
{
    /// <summary>
    /// The p-value of the difference among those of all figures of the report (Benjamini and Hochberg); null where there is none.
    /// </summary>
    [Id(5)]
    public double? AdjustedP { get; init; }

    /// <summary>The figures of two groups, in the order in which they are read.</summary>
    /// <param name="lift">The comparison.</param>
    /// <param name="days">Over how many days customers were active.</param>
    public static ImmutableArray<ValueComparison> List(ValueLift lift, int days)
    {
        return
        [
            Of(ValueKind.Active, static of => Share(of.Active, of.ActiveDays.Count), lift.Active),
            Of(ValueKind.ActiveOnADay, of => Mean(of.ActiveDays, days), Divide(lift.ActiveDays, days)),
            Of(ValueKind.Aum, static of => Mean(of.Aum, 1), lift.Aum),
            Of(ValueKind.Churned, static of => Share(of.Churned, of.ChurnKnown), lift.Churn),
            Of(ValueKind.Nps, static of => Mean(of.Answers, 1), lift.Nps),
        ];

        ValueComparison Of(ValueKind kind, Func<ValueTally, ValueGroup> get, Measured<Estimate> difference) =>
            new(kind, get(lift.Contacted), get(lift.HeldOut), difference.Value, difference.Refusal ?? "");
    }

    /// <summary>Adjusts the p-values of all figures of a report.</summary>
    public static ImmutableArray<ImmutableArray<ValueComparison>> Adjust(ImmutableArray<ImmutableArray<ValueComparison>> lines)
    {
        var adjusted = FalseDiscoveries.Adjust(
            [.. lines.SelectMany(static line => line).Select(static each => each.Difference).OfType<Estimate>().Select(static found => found.PValue)]);
        var next = 0;
        return
        [
            .. lines.Select(line => line.Select(each => each.Difference is null ? each : each with { AdjustedP = adjusted[next++] })
                .ToImmutableArray()),
        ];
    }

    private static ValueGroup Share(long those, long all) => new(all, those, all == 0 ? null : (double)those / all);

    private static ValueGroup Mean(Moments moments, double scale) => new(moments.Count, 0, moments.Count == 0 ? null : moments.Mean / scale);

    private static Measured<Estimate> Divide(Measured<Estimate> difference, double by) => difference.Value is not { } found
        ? difference
        : new Estimate(
            found.Value / by, found.StandardError / by, new(found.Interval.Low / by, found.Interval.High / by), found.PValue);
}
