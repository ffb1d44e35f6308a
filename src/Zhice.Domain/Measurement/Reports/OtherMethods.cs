using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>The methods that shares and amounts have in common.</summary>
internal static class OtherMethods
{
    public static void Add(MethodList methods, LiftTally tally, LiftSettings settings, int arm, int measure, Estimate raw)
    {
        if (tally.Questions.HasCovariate)
        {
            var (own, control) = (tally.Arms[arm].Paired(measure), tally.Arms[settings.Control].Paired(measure));
            methods.Add(LiftMethod.Cuped, CupedLift.Between(own, control, settings.Confidence), static cuped => cuped.Lift);
        }

        if (tally.Questions.HasGroups)
        {
            Stratum[] strata =
            [
                .. Enumerable.Range(0, tally.Groups)
                    .Select(group => new Stratum(settings.Groups[group], Values(group, arm), Values(group, settings.Control))),
            ];
            methods.Add(LiftMethod.Stratified, StratifiedLift.Between(strata, settings.Confidence), static estimate => estimate);
        }

        if (settings.Sequence is { } sequence)
        {
            var look = sequence.Look(raw, tally.Arms[arm].Customers + tally.Arms[settings.Control].Customers);
            methods.Add(LiftMethod.Watched, new(raw.Value, raw.StandardError, look.Interval, look.PValue));
        }

        Moments Values(int group, int of) => GroupComparison.Both(tally, group, of, measure);
    }
}
