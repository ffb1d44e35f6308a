using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>An outcome of an arm against the control.</summary>
internal static class ShareComparison
{
    public static ArmLift Compare(LiftTally tally, LiftSettings settings, int arm, int outcome)
    {
        var (own, control) = (tally.Arms[arm].Outcome(outcome), tally.Arms[settings.Control].Outcome(outcome));
        var lift = ProportionLift.Between(own, control, settings.Confidence);
        var methods = new MethodList();
        methods.Add(LiftMethod.AgrestiCaffo, lift.Absolute with { Interval = lift.AgrestiCaffo });
        OtherMethods.Add(methods, tally, settings, arm, outcome, lift.Absolute);
        return new(arm, lift.Absolute, lift.Relative, null, methods.Found, methods.Refusals);
    }
}
