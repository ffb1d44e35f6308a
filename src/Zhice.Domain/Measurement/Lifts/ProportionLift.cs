using Zhice.Domain.Measurement.Distributions;

namespace Zhice.Domain.Measurement.Lifts;

/// <summary>How many customers more of an arm did something than of the control.</summary>
/// <param name="Arm">The arm's counts.</param>
/// <param name="Control">The control's counts.</param>
/// <param name="Absolute">The difference of the shares, with Newcombe's interval; 0.01 is one percentage point.</param>
/// <param name="AgrestiCaffo">The interval of the same difference by Agresti and Caffo, as a second opinion.</param>
/// <param name="Relative">The difference as a part of the control's share; null when nobody of the control did it.</param>
public readonly record struct ProportionLift(
    Proportion Arm, Proportion Control, Estimate Absolute, Interval AgrestiCaffo, Estimate? Relative)
{
    /// <summary>Compares an arm with the control.</summary>
    /// <remarks>
    /// R. G. Newcombe, Interval estimation for the difference between independent proportions, Statistics in Medicine 17, 1998,
    /// method 10; A. Agresti, B. Caffo, The American Statistician 54, 2000; the p-value is that of the pooled z test, which is
    /// the chi-square test of the 2 × 2 table without correction.
    /// </remarks>
    public static ProportionLift Between(Proportion arm, Proportion control, Confidence confidence)
    {
        var difference = arm.Rate - control.Rate;
        var error = Math.Sqrt((arm.Variance / arm.Trials) + (control.Variance / control.Trials));
        return new(
            arm,
            control,
            new(difference, error, Newcombe(arm, control, confidence), PooledTest(arm, control)),
            Adjusted(arm, control, confidence),
            RelativeLift.Between(arm, control, confidence));
    }

    private static Interval Newcombe(Proportion arm, Proportion control, Confidence confidence)
    {
        var (own, other, difference) = (arm.Wilson(confidence), control.Wilson(confidence), arm.Rate - control.Rate);
        return new(
            difference - double.Hypot(arm.Rate - own.Low, other.High - control.Rate),
            difference + double.Hypot(own.High - arm.Rate, control.Rate - other.Low));
    }

    // A success and a failure are added to each arm.
    private static Interval Adjusted(Proportion arm, Proportion control, Confidence confidence)
    {
        var (own, other) = (new Proportion(arm.Successes + 1, arm.Trials + 2), new Proportion(control.Successes + 1, control.Trials + 2));
        return Interval.Around(
            own.Rate - other.Rate, confidence.Z * Math.Sqrt((own.Variance / own.Trials) + (other.Variance / other.Trials)));
    }

    private static double PooledTest(Proportion arm, Proportion control)
    {
        var pooled = new Proportion(arm.Successes + control.Successes, arm.Trials + control.Trials);
        var error = Math.Sqrt(pooled.Variance * ((1.0 / arm.Trials) + (1.0 / control.Trials)));
        return error == 0 ? 1 : NormalDistribution.TwoSided((arm.Rate - control.Rate) / error);
    }
}
