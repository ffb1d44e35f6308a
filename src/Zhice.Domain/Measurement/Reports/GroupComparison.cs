using System.Collections.Immutable;
using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>An outcome or amount of each arm against the control, within each group.</summary>
internal static class GroupComparison
{
    public static IEnumerable<GroupLift> Compare(LiftTally tally, LiftSettings settings, int measure) =>
        Enumerable.Range(0, tally.Groups).SelectMany(group => Enumerable.Range(0, tally.Arms.Count)
            .Where(arm => arm != settings.Control)
            .Select(arm => Compare(tally, settings, measure, group, arm)));

    /// <summary>The groups' values in halves, for the choice of arms.</summary>
    public static IReadOnlyList<GroupHalves> Halves(LiftTally tally, LiftSettings settings, int measure)
    {
        return
        [
            .. Enumerable.Range(0, tally.Groups)
                .Select(group => new GroupHalves(settings.Groups[group], Half(group, isFirst: true), Half(group, isFirst: false))),
        ];

        ImmutableArray<Moments> Half(int group, bool isFirst) =>
        [
            .. Enumerable.Range(0, tally.Arms.Count).Select(arm =>
            {
                var (first, second) = tally.Halves(group, arm, measure);
                return isFirst ? first : second;
            }),
        ];
    }

    /// <summary>The values of a group's customers in an arm.</summary>
    public static Moments Both(LiftTally tally, int group, int arm, int measure)
    {
        var (first, second) = tally.Halves(group, arm, measure);
        return first.And(second);
    }

    private static GroupLift Compare(LiftTally tally, LiftSettings settings, int measure, int group, int arm)
    {
        var (own, control) = (Both(tally, group, arm, measure), Both(tally, group, settings.Control, measure));
        var estimate = measure >= tally.Questions.Outcomes.Count
            ? AmountLift.Between(own, control, settings.Confidence).Value?.Welch
            : Shares(own) is { } ownShare && Shares(control) is { } controlShare
                ? ProportionLift.Between(ownShare, controlShare, settings.Confidence).Absolute
                : null;
        return new(group, arm, own.Count, control.Count, estimate, null);
    }

    private static Proportion? Shares(Moments moments) =>
        moments.Count == 0 ? null : new((long)Math.Round(moments.Mean * moments.Count), moments.Count);
}
