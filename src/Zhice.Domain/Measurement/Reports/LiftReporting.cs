using System.Collections.Immutable;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.SampleRatios;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>Makes a report of what was gathered.</summary>
public static class LiftReporting
{
    /// <summary>The report.</summary>
    /// <param name="tally">The customers, at least one in each arm, and at least two arms.</param>
    /// <param name="settings">How it is computed.</param>
    public static LiftReport Report(LiftTally tally, LiftSettings settings)
    {
        var measures = new List<MeasureLift>();
        for (var measure = 0; measure < tally.Questions.Measures; measure++)
        {
            measures.Add(Measure(tally, settings, measure));
        }

        long[] customers = [.. tally.Arms.Select(static arm => arm.Customers)];
        var shares = settings.Shares.AsSpan();
        double? watched = settings.Sequence is null ? null : new SampleRatioWatch(shares).Look(customers).PValue;
        return new(SampleRatio.Of(customers, shares), watched, Adjust(measures));
    }

    private static MeasureLift Measure(LiftTally tally, LiftSettings settings, int measure)
    {
        var outcomes = tally.Questions.Outcomes.Count;
        var isAmount = measure >= outcomes;
        var arms = Enumerable.Range(0, tally.Arms.Count).Where(arm => arm != settings.Control).Select(arm => isAmount
            ? AmountComparison.Compare(tally, settings, arm, measure)
            : ShareComparison.Compare(tally, settings, arm, measure));
        return new(
            isAmount ? tally.Questions.Amounts[measure - outcomes] : tally.Questions.Outcomes[measure],
            isAmount,
            [.. arms],
            [.. GroupComparison.Compare(tally, settings, measure)],
            tally.Questions.HasGroups ? ChoicePerGroup.Judge(GroupComparison.Halves(tally, settings, measure), settings.Confidence) : null)
        {
            Winner = settings.Winner is { } winner
                ? winner.Watch.Look([.. tally.Arms.Select(arm => GetValues(arm, measure, outcomes))], winner.Names)
                : null,
        };
    }

    private static Moments GetValues(ArmTally arm, int measure, int outcomes) =>
        measure < outcomes ? Moments.From(arm.Outcome(measure)) : arm.Amount(measure - outcomes).Moments;

    // One family of questions for the whole experiment, and one for the groups.
    private static ImmutableArray<MeasureLift> Adjust(List<MeasureLift> measures)
    {
        var whole = new Queue<double>(Adjusted(measures.SelectMany(static measure => measure.Arms).Select(static arm => arm.Absolute)));
        var groups = new Queue<double>(
            Adjusted(measures.SelectMany(static measure => measure.Groups).Select(static group => group.Absolute)));
        return
        [
            .. measures.Select(measure => measure with
            {
                Arms = [.. measure.Arms.Select(arm => arm.Absolute is null ? arm : arm with { AdjustedP = whole.Dequeue() })],
                Groups = [.. measure.Groups.Select(group => group.Absolute is null ? group : group with { AdjustedP = groups.Dequeue() })],
            }),
        ];
    }

    private static double[] Adjusted(IEnumerable<Estimate?> estimates) =>
        FalseDiscoveries.Adjust([.. estimates.OfType<Estimate>().Select(static estimate => estimate.PValue)]);
}
