using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Zhice.Domain.Measurement.Lifts;

/// <summary>
/// How many customers have which amount. Most customers of a campaign have 0, so this is small; it gives exact quantiles and a
/// bootstrap without a list of customers.
/// </summary>
public sealed class AmountCounts
{
    private readonly Dictionary<double, long> _counts = [];
    private ImmutableArray<(double Amount, long Customers)> _sorted;

    /// <summary>How many customers.</summary>
    public long Customers { get; private set; }

    /// <summary>All amounts with their customers, the smallest first.</summary>
    public ImmutableArray<(double Amount, long Customers)> Sorted =>
        _sorted.IsDefault ? _sorted = [.. _counts.OrderBy(static each => each.Key).Select(static each => (each.Key, each.Value))] : _sorted;

    /// <summary>The sum of all amounts, exact to the last digit but one (A. Neumaier, ZAMM 54, 1974).</summary>
    public double Total
    {
        get
        {
            var (sum, lost) = (0.0, 0.0);
            foreach (var (amount, customers) in Sorted)
            {
                var part = amount * customers;
                var next = sum + part;
                lost += Math.Abs(sum) >= Math.Abs(part) ? sum - next + part : part - next + sum;
                sum = next;
            }

            return sum + lost;
        }
    }

    /// <summary>The moments of the amounts; they do not depend on the order in which customers were added.</summary>
    public Moments Moments => Sum(static amount => amount);

    /// <summary>Adds a customer.</summary>
    /// <param name="amount">The customer's amount; finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite.</exception>
    public void Add(double amount) => Add(amount, 1);

    /// <summary>Adds customers with the same amount.</summary>
    /// <param name="amount">Their amount; finite.</param>
    /// <param name="customers">How many, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public void Add(double amount, long customers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(customers);
        if (!double.IsFinite(amount))
        {
            throw new ArgumentOutOfRangeException(nameof(amount), amount, "An amount is a finite number.");
        }

        if (customers == 0)
        {
            return;
        }

        // -0 is 0.
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, amount + 0.0, out _) += customers;
        Customers += customers;
        _sorted = default;
    }

    /// <summary>The moments of the amounts when those beyond the bounds are moved to the bounds.</summary>
    public Moments Within(WinsorBounds bounds) => Sum(amount => Math.Clamp(amount, bounds.Low, bounds.High));

    private Moments Sum(Func<double, double> of)
    {
        var moments = default(Moments);
        foreach (var (amount, customers) in Sorted)
        {
            moments = moments.With(of(amount), customers);
        }

        return moments;
    }
}
