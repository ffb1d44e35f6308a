namespace Zhice.Domain.Measurement.Lifts;

/// <summary>The customers of a stratum, such as a tier.</summary>
/// <param name="Name">Its name, for refusals.</param>
/// <param name="Arm">The outcomes of the arm's customers.</param>
/// <param name="Control">Those of the control's.</param>
public readonly record struct Stratum(string Name, Moments Arm, Moments Control);

/// <summary>The difference of two means, compared within strata and put together by the strata's sizes.</summary>
public static class StratifiedLift
{
    /// <summary>Compares an arm with the control; refused where a stratum has fewer than 2 customers of one of them.</summary>
    /// <param name="strata">Strata that the experiment cannot change: the tier before it began.</param>
    /// <param name="confidence">How sure the interval is.</param>
    /// <remarks>
    /// L. Miratrix, J. Sekhon, B. Yu, Adjusting treatment effect estimates by post-stratification in randomized experiments, Journal
    /// of the Royal Statistical Society B 75, 2013: Σ (n_k / n) difference_k, variance Σ (n_k / n)² variance_k, given the sizes.
    /// </remarks>
    public static Measured<Estimate> Between(ReadOnlySpan<Stratum> strata, Confidence confidence)
    {
        var customers = 0L;
        foreach (ref readonly var each in strata)
        {
            if (each.Arm.Count < 2 || each.Control.Count < 2)
            {
                return Measured<Estimate>.Refuse(
                    $"The stratum '{each.Name}' has {Customers(each.Arm.Count)} of the arm and {Customers(each.Control.Count)} of the control; "
                    + "each needs at least 2: merge it with another one.");
            }

            customers += each.Arm.Count + each.Control.Count;
        }

        if (customers == 0)
        {
            return Measured<Estimate>.Refuse("There are no strata.");
        }

        double value = 0, variance = 0;
        foreach (ref readonly var each in strata)
        {
            var share = (each.Arm.Count + each.Control.Count) / (double)customers;
            value += share * (each.Arm.Mean - each.Control.Mean);
            variance += share * share * (each.Arm.MeanVariance + each.Control.MeanVariance);
        }

        return double.IsFinite(value) && double.IsFinite(variance)
            ? Estimate.Normal(value, Math.Sqrt(variance), confidence)
            : Measured<Estimate>.Refuse("The values are too large for their spread to be computed.");
    }

    private static string Customers(long count) => count == 1 ? "1 customer" : $"{count} customers";
}
