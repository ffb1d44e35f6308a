using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Outcomes;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>How many held-out customers a campaign still needs to find a difference that matters.</summary>
/// <param name="Difference">The smallest difference of shares that matters; 0.01 is one percentage point.</param>
/// <param name="Power">How often such a difference is found, 0.5 to below 1.</param>
/// <param name="HeldOut">How many customers are held out now.</param>
/// <param name="ADay">How many were held out a day, over the last 7 days.</param>
/// <param name="Needed">How many must be held out for one look at the end.</param>
/// <param name="DaysLeft">The days until then, rounded up; 0 when there are enough.</param>
public sealed record CampaignNeed(
    double Difference, double Power, long HeldOut, double ADay, Measured<long> Needed, Measured<long> DaysLeft)
{
    /// <summary>The difference that is asked for unless it is said: one percentage point.</summary>
    public const double DefaultDifference = 0.01;

    private const int DaysOfRate = 7;

    /// <summary>What a campaign needs, by the share of its held-out customers with the outcome until now.</summary>
    /// <param name="totals">The totals of the campaign.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="difference">The smallest difference that matters; not 0.</param>
    /// <param name="power">How often it is found.</param>
    /// <param name="confidence">How sure the interval is.</param>
    /// <param name="today">The day of the bank, days since 1970-01-01.</param>
    public static CampaignNeed Compute(
        IReadOnlyList<FactTotal> totals, OutcomeDefinition outcome, double difference, double power, Confidence confidence, int today)
    {
        var all = ReportLine.Divide(totals, [])[0];
        var (contacted, heldOut) = (all.Count(FactKind.Contacted), all.Count(FactKind.HeldOut));
        var aDay = totals.Where(total => total.Kind == FactKind.HeldOut && total.Day > today - DaysOfRate)
            .Sum(static total => total.Count) / (double)DaysOfRate;
        var needed = heldOut == 0 || contacted == 0
            ? Measured<long>.Refuse("Both groups need customers.")
            : all.Count(FactKind.HeldOutConverted, outcome.Number) == 0
                ? Measured<long>.Refuse("Nobody who was held out has the outcome yet, so nothing tells how rare it is.")
                : SampleSize.ForShares(
                    Math.Min(heldOut, all.Count(FactKind.HeldOutConverted, outcome.Number)) / (double)heldOut, difference, confidence, power,
                    contacted / (double)heldOut);
        return new(
            difference, power, heldOut, aDay, needed,
            needed.Value is { } customers ? SampleSize.DaysLeft(customers, heldOut, aDay) : Measured<long>.Refuse(needed.Refusal!));
    }
}
