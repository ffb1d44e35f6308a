using Zhice.Domain.Measurement.Distributions;

namespace Zhice.Domain.Measurement.Lifts;

/// <summary>
/// The spread of a difference of means, found by drawing the customers of each arm again: for amounts that are far from normal.
/// </summary>
/// <param name="Percentile">The interval between the quantiles of the drawn differences.</param>
/// <param name="BiasCorrected">The same, corrected for bias and skewness (BCa); the better one where a few large amounts matter.</param>
/// <param name="StandardError">The standard deviation of the drawn differences.</param>
/// <param name="PValue">Two-sided: twice the share of draws on the other side of 0, at least 1 / (draws + 1).</param>
/// <param name="Draws">How many differences were drawn.</param>
public readonly record struct Bootstrap(Interval Percentile, Interval BiasCorrected, double StandardError, double PValue, int Draws)
{
    /// <summary>How often is drawn unless it is said.</summary>
    public const int DefaultDraws = 2_000;

    /// <summary>The fewest draws: with fewer the ends of an interval of 95 % rest on a handful.</summary>
    public const int MinDraws = 200;

    /// <summary>Draws the difference of the means of an arm and the control.</summary>
    /// <param name="arm">The arm's amounts, at least 2 customers.</param>
    /// <param name="control">The control's amounts, at least 2 customers.</param>
    /// <param name="draws">How often, at least <see cref="MinDraws"/>.</param>
    /// <param name="random">The generator: the same seed gives the same intervals.</param>
    /// <param name="confidence">How sure the intervals are.</param>
    /// <remarks>
    /// B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993, chapters 13 and 14. A draw takes as many customers as the arm
    /// has: how many of them have an amount other than 0 is binomial, and these are drawn one by one. So a draw costs as many steps
    /// as customers with an amount, not as customers.
    /// </remarks>
    public static Bootstrap Between(AmountCounts arm, AmountCounts control, int draws, Random random, Confidence confidence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, MinDraws);
        var (own, other) = (new Redraw(arm), new Redraw(control));
        var differences = new double[draws];
        for (var i = 0; i < draws; i++)
        {
            differences[i] = own.Mean(random) - other.Mean(random);
        }

        return From(differences, arm.Moments.Mean - control.Moments.Mean, Acceleration(arm, control), confidence);
    }

    /// <summary>The intervals of differences that were drawn.</summary>
    /// <param name="differences">The drawn differences.</param>
    /// <param name="observed">The difference that was observed.</param>
    /// <param name="acceleration">How fast the standard error changes with the true difference; 0 for none.</param>
    /// <param name="confidence">How sure the intervals are.</param>
    internal static Bootstrap From(double[] differences, double observed, double acceleration, Confidence confidence)
    {
        double[] sorted = [.. differences];
        Array.Sort(sorted);
        var (below, draws) = (0.0, sorted.Length);
        var (against, moments) = (0, default(Moments));
        foreach (var each in sorted)
        {
            below += each < observed ? 1 : each == observed ? 0.5 : 0;
            against += observed >= 0 == each <= 0 ? 1 : 0;
            moments = moments.With(each);
        }

        // Never 0 or 1, whose quantile is infinite.
        var bias = NormalDistribution.Quantile(Math.Clamp(below / draws, 0.5 / draws, 1 - (0.5 / draws)));
        return new(
            new(Quantile(sorted, confidence.Alpha / 2), Quantile(sorted, 1 - (confidence.Alpha / 2))),
            new(Quantile(sorted, Corrected(-confidence.Z)), Quantile(sorted, Corrected(confidence.Z))),
            Math.Sqrt(moments.Variance),
            Math.Min(1, 2.0 * (against + 1) / (draws + 1)),
            draws);

        double Corrected(double z) =>
            NormalDistribution.Below(bias + ((bias + z) / (1 - (acceleration * (bias + z)))));
    }

    /// <summary>The acceleration of a difference of two means, from the influence of each customer (Efron and Tibshirani, 14.15).</summary>
    internal static double Acceleration(AmountCounts arm, AmountCounts control)
    {
        double squares = 0, cubes = 0;
        Add(arm, 1);
        Add(control, -1);
        var acceleration = cubes / (6 * Math.Pow(squares, 1.5));
        return double.IsFinite(acceleration) ? acceleration : 0;

        void Add(AmountCounts counts, int sign)
        {
            var mean = counts.Moments.Mean;
            foreach (var (amount, customers) in counts.Sorted)
            {
                var influence = sign * (amount - mean) / counts.Customers;
                squares += customers * influence * influence;
                cubes += customers * influence * influence * influence;
            }
        }
    }

    // Between the two nearest, as R's type 7 and numpy do.
    private static double Quantile(double[] sorted, double probability)
    {
        var place = Math.Clamp(probability, 0, 1) * (sorted.Length - 1);
        var (low, part) = ((int)place, place - (int)place);
        return low + 1 < sorted.Length ? sorted[low] + (part * (sorted[low + 1] - sorted[low])) : sorted[^1];
    }

    private sealed class Redraw
    {
        private readonly double[] _amounts;
        private readonly long _customers;
        private readonly BinomialDraws? _withAmount;

        public Redraw(AmountCounts counts)
        {
            _customers = counts.Customers;
            _amounts =
            [
                .. from each in counts.Sorted
                   where each.Amount != 0
                   from amount in Enumerable.Repeat(each.Amount, (int)each.Customers)
                   select amount,
            ];
            _withAmount = _amounts.Length < _customers ? new(_customers, (double)_amounts.Length / _customers) : null;
        }

        public double Mean(Random random)
        {
            var (sum, count) = (0.0, _withAmount?.Next(random) ?? _customers);
            for (var i = 0L; i < count; i++)
            {
                sum += _amounts[random.Next(_amounts.Length)];
            }

            return sum / _customers;
        }
    }
}
