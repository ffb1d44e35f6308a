namespace Zhice.Domain.Measurement.Lifts;

/// <summary>The difference of two means as a part of the control's mean.</summary>
public static class RelativeLift
{
    /// <summary>mean / control's mean - 1; null when the control's mean is 0, or too close to 0 for the formula or for numbers.</summary>
    /// <param name="arm">The arm's values.</param>
    /// <param name="control">The control's values.</param>
    /// <param name="confidence">How sure the interval is.</param>
    /// <remarks>
    /// The delta method, as A. Deng, U. Knoblich, J. Lu, Applying the Delta Method in Metric Analytics, KDD 2018. It takes the
    /// ratio for a straight line, which holds only when the control's mean is some standard errors away from 0; within one of
    /// them there is no answer. Of a mean below 0 it is the difference as a part of the amount that is owed.
    /// </remarks>
    public static Estimate? Between(in Moments arm, in Moments control, Confidence confidence) =>
        Of((arm.Mean, arm.MeanVariance), (control.Mean, control.MeanVariance), confidence);

    /// <summary>The same for shares.</summary>
    public static Estimate? Between(Proportion arm, Proportion control, Confidence confidence) =>
        Of((arm.Rate, arm.Variance / arm.Trials), (control.Rate, control.Variance / control.Trials), confidence);

    private static Estimate? Of((double Mean, double Variance) arm, (double Mean, double Variance) control, Confidence confidence)
    {
        var square = control.Mean * control.Mean;
        if (square <= control.Variance)
        {
            return null;
        }

        var ratio = arm.Mean / control.Mean;
        var variance = (arm.Variance + (ratio * ratio * control.Variance)) / square;
        return double.IsFinite(variance)
            ? Estimate.Normal((arm.Mean - control.Mean) / Math.Abs(control.Mean), Math.Sqrt(variance), confidence)
            : null;
    }
}
