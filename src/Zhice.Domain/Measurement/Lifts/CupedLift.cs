namespace Zhice.Domain.Measurement.Lifts;

/// <summary>The difference of two means after what was known of the customers before is taken out (CUPED).</summary>
/// <param name="Lift">The adjusted difference, with the normal interval of large samples.</param>
/// <param name="Theta">How much outcome goes with one unit of the covariate.</param>
/// <param name="VarianceLeft">The adjusted variance over the raw one, 0 to 1: 0.7 is as good as 1 / 0.7 of the customers.</param>
public readonly record struct CupedLift(Estimate Lift, double Theta, double VarianceLeft)
{
    /// <summary>
    /// Compares an arm with the control; refused for fewer than 2 customers in one of them, or a covariate that is the same for all.
    /// </summary>
    /// <param name="arm">Outcomes and covariates of the arm. The covariate must be from before the experiment.</param>
    /// <param name="control">Those of the control.</param>
    /// <param name="confidence">How sure the interval is.</param>
    /// <remarks>
    /// A. Deng, Y. Xu, R. Kohavi, T. Walker, Improving the Sensitivity of Online Controlled Experiments by Utilizing Pre-Experiment
    /// Data, WSDM 2013: outcome - θ (covariate - its mean), θ = cov / var over both arms together.
    /// </remarks>
    public static Measured<CupedLift> Between(in PairedMoments arm, in PairedMoments control, Confidence confidence)
    {
        if (arm.Outcome.Count < 2 || control.Outcome.Count < 2)
        {
            return Measured<CupedLift>.Refuse("An arm has fewer than 2 customers; the adjustment needs at least 2 in each.");
        }

        var both = arm.And(control);
        if (both.Covariate.Variance == 0)
        {
            return Measured<CupedLift>.Refuse("The covariate is the same for all customers, so it explains nothing.");
        }

        var theta = both.Covariance / both.Covariate.Variance;
        var value = arm.Outcome.Mean - control.Outcome.Mean - (theta * (arm.Covariate.Mean - control.Covariate.Mean));
        var variance = MeanVariance(arm, theta) + MeanVariance(control, theta);
        if (!double.IsFinite(variance) || !double.IsFinite(value))
        {
            return Measured<CupedLift>.Refuse("The covariate or the outcome is too large for its spread to be computed.");
        }

        var raw = arm.Outcome.MeanVariance + control.Outcome.MeanVariance;
        return new CupedLift(Estimate.Normal(value, Math.Sqrt(variance), confidence), theta, raw == 0 ? 1 : variance / raw);
    }

    private static double MeanVariance(in PairedMoments arm, double theta) => Math.Max(
        0, arm.Outcome.Variance + (theta * theta * arm.Covariate.Variance) - (2 * theta * arm.Covariance)) / arm.Outcome.Count;
}
