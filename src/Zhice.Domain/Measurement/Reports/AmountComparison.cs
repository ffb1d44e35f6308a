using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>An amount of an arm against the control.</summary>
internal static class AmountComparison
{
    public static ArmLift Compare(LiftTally tally, LiftSettings settings, int arm, int measure)
    {
        var amount = measure - tally.Questions.Outcomes.Count;
        var (own, control) = (tally.Arms[arm].Amount(amount), tally.Arms[settings.Control].Amount(amount));
        var methods = new MethodList();
        var measured = AmountLift.Between(own.Moments, control.Moments, settings.Confidence);
        if (measured.Value is not { } lift)
        {
            methods.Refuse("Welch", measured.Refusal!);
            return new(arm, null, null, null, methods.Found, methods.Refusals);
        }

        methods.Add(LiftMethod.LargeSample, lift.Large);
        var bounds = WinsorBounds.Of(tally.Arms.Select(each => each.Amount(amount)), settings.Winsorise);
        methods.Add(
            LiftMethod.Winsorised,
            AmountLift.Between(own.Within(bounds), control.Within(bounds), settings.Confidence),
            static winsorised => winsorised.Welch);
        if (settings.Draws > 0)
        {
            var drawn = Bootstrap.Between(own, control, settings.Draws, new Random(settings.Seed), settings.Confidence);
            methods.Add(LiftMethod.BootstrapPercentile, new(lift.Welch.Value, drawn.StandardError, drawn.Percentile, drawn.PValue));
            methods.Add(LiftMethod.BootstrapBca, new(lift.Welch.Value, drawn.StandardError, drawn.BiasCorrected, drawn.PValue));
        }

        OtherMethods.Add(methods, tally, settings, arm, measure, lift.Welch);
        return new(arm, lift.Welch, lift.Relative, null, methods.Found, methods.Refusals);
    }
}
