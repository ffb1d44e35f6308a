using Zhice.Api.Identity;
using Zhice.V1;

namespace Zhice.Api.Audiences;

/// <summary>
/// The smallest number of customers that a caller learns of. Below it a condition tells of single persons what the caller's roles do not
/// show; 0 too, as it says that nobody is there.
/// </summary>
/// <param name="Min">The floor; 1: none.</param>
internal readonly record struct CountFloor(long Min)
{
    // They see customers by name anyway.
    private const Roles Exempt = Roles.Agent | Roles.Operator | Roles.Data;

    /// <summary>The floor of a caller.</summary>
    public static CountFloor For(Caller caller, ApiOptions options) => new(caller.HasAny(Exempt) ? 1 : options.MinCount);

    /// <summary>Whether a number is not shown.</summary>
    public bool Hides(long customers) => Min > 1 && customers < Min;

    /// <summary>A number as the caller sees it: 0 in the place of one that is not shown.</summary>
    public long Show(long customers) => Hides(customers) ? 0 : customers;

    /// <summary>
    /// Numbers whose sum is known, as the caller sees them: 0 in the place of the small ones, and of as many larger ones as it takes.
    /// </summary>
    public long[] ShowAll(long[] customers)
    {
        var (floor, shown) = (this, customers.Select(Show).ToArray());
        while (customers.Sum() - shown.Sum() is > 0 and var hidden && floor.Hides(hidden) && shown.Where(static number => number > 0).DefaultIfEmpty().Min() is > 0 and var next)
        {
            shown[Array.IndexOf(shown, next)] = 0;
        }

        return shown;
    }

    /// <summary>What an answer says of it, if it shows not all of some numbers: the floor; else 0.</summary>
    public long FewerThan(params IEnumerable<long> customers) => customers.Any(Hides) ? Min : 0;

    /// <summary>
    /// Puts bars that are too small together with the others, and as many larger ones as it takes to make that number large enough: a
    /// single hidden bar would be what is left of the whole.
    /// </summary>
    public void Fold(BreakDownAudienceResponse answer)
    {
        var floor = this;
        var hidden = answer.Bars.Where(bar => floor.Hides(bar.Customers)).ToList();
        if (Min <= 1 || (hidden.Count == 0 && !(answer.Others > 0 && Hides(answer.Others)) && !(answer.Without > 0 && Hides(answer.Without))))
        {
            return;
        }

        answer.FewerThan = Min;
        answer.Others += hidden.Sum(static bar => bar.Customers);
        if (Hides(answer.Without))
        {
            (answer.Others, answer.Without) = (answer.Others + answer.Without, 0);
        }

        var left = answer.Bars.Except(hidden).ToList();
        while (Hides(answer.Others) && left.MinBy(static bar => bar.Customers) is { } smallest)
        {
            left.Remove(smallest);
            answer.Others += smallest.Customers;
        }

        answer.Others = Show(answer.Others);
        answer.Bars.Clear();
        answer.Bars.AddRange(left);
    }
}
