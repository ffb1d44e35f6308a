namespace Zhice.Domain.Measurement.Sequences;

/// <summary>
/// What an arm earned until now, weighted so that it stands for all customers who entered: an outcome of a customer whom the arm
/// had with a probability π counts 1 / π times.
/// </summary>
/// <remarks>D. G. Horvitz, D. J. Thompson, JASA 47, 1952. Outcomes that are still to come do not count yet, in neither arm.</remarks>
public readonly record struct ArmReward
{
    private ArmReward(double sum, double variance) => (Sum, Variance) = (sum, variance);

    /// <summary>What all customers who entered would have earned until now in this arm, as estimated.</summary>
    public double Sum { get; }

    /// <summary>The variance of the sum over repetitions of the draw of arms, as estimated.</summary>
    public double Variance { get; }

    /// <summary>This and what one customer of the arm earned until now.</summary>
    /// <param name="outcome">
    /// The customer's outcome: 1 for a conversion, or an amount. The theorem is of one outcome a customer; several that come at
    /// different times are added up, and then the promise for all times is an approximation.
    /// </param>
    /// <param name="share">The probability with which the customer was put into this arm: above 0, at most 1.</param>
    public ArmReward With(double outcome, double share)
    {
        if (!(share is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "The probability of an arm is above 0 and at most 1.");
        }

        return new(Sum + (outcome / share), Variance + (outcome * outcome * (1 - share) / (share * share)));
    }
}
