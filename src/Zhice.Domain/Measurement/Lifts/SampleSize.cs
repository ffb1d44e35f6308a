using Zhice.Domain.Measurement.Distributions;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Measurement.Lifts;

/// <summary>How many customers an experiment needs to find a difference that matters.</summary>
public static class SampleSize
{
    /// <summary>More customers than there are people; what needs more is refused.</summary>
    public const double Max = 1e10;

    /// <summary>The power that is asked for unless it is said: 80 of 100 such differences are found.</summary>
    public const double DefaultPower = 0.8;

    /// <summary>Customers of the control of an experiment that is looked at once, at the end, for a share.</summary>
    /// <param name="control">The control's share, above 0 and below 1.</param>
    /// <param name="difference">The smallest difference of shares that matters; not 0. 0.01 is one percentage point.</param>
    /// <param name="confidence">How sure the interval is.</param>
    /// <param name="power">How often such a difference is found, 0.5 to below 1.</param>
    /// <param name="perControl">How many customers the arm has for each of the control, above 0; 1: both have the same.</param>
    /// <remarks>J. Fleiss, Statistical Methods for Rates and Proportions, 1981, 3.2 and 3.4, as R's power.prop.test.</remarks>
    public static Measured<long> ForShares(
        double control, double difference, Confidence confidence, double power = DefaultPower, double perControl = 1)
    {
        var arm = control + difference;
        if (!(control is > 0 and < 1) || !(arm is > 0 and < 1) || difference == 0)
        {
            return Measured<long>.Refuse("A share and the share with the difference are above 0 and below 1, and differ.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perControl);
        var (middle, z) = ((control + (perControl * arm)) / (1 + perControl), Power(power));
        var root = (confidence.Z * Math.Sqrt(middle * (1 - middle) * (1 + (1 / perControl))))
            + (z * Math.Sqrt((control * (1 - control)) + (arm * (1 - arm) / perControl)));
        return Whole(root * root / (difference * difference));
    }

    /// <summary>Customers of each of two arms of the same size that is looked at once, at the end, for an amount.</summary>
    /// <param name="deviation">The standard deviation of a customer's amount, above 0.</param>
    /// <param name="difference">The smallest difference of means that matters, in the same unit; not 0.</param>
    /// <param name="confidence">How sure the interval is.</param>
    /// <param name="power">How often such a difference is found, 0.5 to below 1.</param>
    /// <remarks>2 (z of 1 - α/2 + z of the power)² σ² / difference²: J. Cohen, Statistical Power Analysis, 1988, 2.4.</remarks>
    public static Measured<long> ForAmounts(double deviation, double difference, Confidence confidence, double power = DefaultPower)
    {
        if (!(deviation > 0) || difference == 0 || !double.IsFinite(deviation))
        {
            return Measured<long>.Refuse("A standard deviation is above 0, and a difference is not 0.");
        }

        var z = (confidence.Z + Power(power)) * deviation / difference;
        return Whole(2 * z * z);
    }

    /// <summary>Customers of each of two arms of the same size that is watched all the time by a sequence.</summary>
    /// <param name="deviation">The standard deviation of a customer's value, above 0; of a share p it is √(p (1 - p)).</param>
    /// <param name="difference">The smallest difference of means that matters; not 0.</param>
    /// <param name="sequence">The sequence by which it is watched.</param>
    /// <param name="power">How often such a difference is found by then, 0.5 to below 1.</param>
    /// <remarks>The first size at which the sequence's half width and z of the power standard errors fit into the difference.</remarks>
    public static Measured<long> Watched(double deviation, double difference, ConfidenceSequence sequence, double power = DefaultPower)
    {
        if (!(deviation > 0) || difference == 0 || !double.IsFinite(deviation))
        {
            return Measured<long>.Refuse("A standard deviation is above 0, and a difference is not 0.");
        }

        var z = Power(power);
        var (low, high) = (1.0, Max);
        while (high - low > 0.5)
        {
            var middle = low + ((high - low) / 2);
            var error = deviation * Math.Sqrt(2 / middle);
            (low, high) = sequence.HalfWidth(error, 2 * middle) + (z * error) > Math.Abs(difference) ? (middle, high) : (low, middle);
        }

        return Whole(high);
    }

    /// <summary>How many days an experiment still needs, rounded up; 0 when it has enough.</summary>
    /// <param name="needed">Customers that an arm needs.</param>
    /// <param name="entered">Customers that the smallest arm has.</param>
    /// <param name="aDay">How many enter the smallest arm in a day; refused when none do.</param>
    public static Measured<long> DaysLeft(long needed, long entered, double aDay) =>
        entered >= needed ? 0L
        : aDay > 0 ? Whole((needed - entered) / aDay)
        : Measured<long>.Refuse("No customers enter, so the experiment never has enough.");

    private static double Power(double power) => power is >= 0.5 and < 1
        ? NormalDistribution.Quantile(power)
        : throw new ArgumentOutOfRangeException(nameof(power), power, "A power is from 0.5 to below 1, such as 0.8.");

    private static Measured<long> Whole(double customers) => customers < Max
        ? (long)Math.Ceiling(customers)
        : Measured<long>.Refuse("The difference is too small to be found by any number of customers that a bank has.");
}
