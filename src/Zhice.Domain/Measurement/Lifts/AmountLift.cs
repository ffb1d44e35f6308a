using Zhice.Domain.Measurement.Distributions;

namespace Zhice.Domain.Measurement.Lifts;

/// <summary>How much more the customers of an arm brought than those of the control, a customer.</summary>
/// <param name="Welch">The difference of the means with Welch's interval and p-value, by Student's t; in the unit of the amounts.</param>
/// <param name="Freedom">The degrees of freedom of that t, by Welch and Satterthwaite.</param>
/// <param name="Large">
/// The same difference with the normal interval of large samples; its ends are within 0.1 % of Welch's from some thousand customers.
/// </param>
/// <param name="Relative">The difference as a part of the control's mean; null when that mean cannot be told from 0.</param>
public readonly record struct AmountLift(Estimate Welch, double Freedom, Estimate Large, Estimate? Relative)
{
    /// <summary>The fewest customers of an arm.</summary>
    public const int MinCustomers = 2;

    /// <summary>
    /// Compares an arm with the control; refused for fewer than 2 customers in one of them, for amounts that are all the same, and for
    /// amounts whose squares are too large for a number.
    /// </summary>
    /// <remarks>B. L. Welch, Biometrika 34, 1947; F. E. Satterthwaite, Biometrics Bulletin 2, 1946.</remarks>
    public static Measured<AmountLift> Between(in Moments arm, in Moments control, Confidence confidence)
    {
        if (arm.Count < MinCustomers || control.Count < MinCustomers)
        {
            return Measured<AmountLift>.Refuse(
                $"An arm has {(Math.Min(arm.Count, control.Count) is 1 ? "1 customer" : "no customers")}; the spread of amounts needs at least {MinCustomers} in each.");
        }

        var (own, other) = (arm.MeanVariance, control.MeanVariance);
        var error = Math.Sqrt(own + other);
        if (error == 0)
        {
            return Measured<AmountLift>.Refuse("All customers of an arm have the same amount, so nothing tells how sure a difference is.");
        }

        var difference = arm.Mean - control.Mean;
        if (!double.IsFinite(error) || !double.IsFinite(difference))
        {
            return Measured<AmountLift>.Refuse("The amounts are too large for their spread to be computed.");
        }

        // By shares of the variance, whose squares are never too large or too small for a number.
        var share = own / (own + other);
        var freedom = 1 / ((share * share / (arm.Count - 1)) + ((1 - share) * (1 - share) / (control.Count - 1)));
        var half = StudentT.TwoSidedQuantile(confidence.Alpha, freedom) * error;
        return new AmountLift(
            new(difference, error, Interval.Around(difference, half), StudentT.TwoSided(difference / error, freedom)),
            freedom,
            Estimate.Normal(difference, error, confidence),
            RelativeLift.Between(arm, control, confidence));
    }
}
