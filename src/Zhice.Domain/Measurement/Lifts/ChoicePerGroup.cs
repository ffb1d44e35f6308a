using System.Collections.Immutable;

namespace Zhice.Domain.Measurement.Lifts;

/// <summary>The values of a group's customers in each arm, in two halves that were drawn without looking at the values.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="First">The first half, an item for each arm.</param>
/// <param name="Second">The second half, an item for each arm.</param>
public readonly record struct GroupHalves(string Name, ImmutableArray<Moments> First, ImmutableArray<Moments> Second);

/// <summary>
/// Whether giving each group the arm that is best for it is worth more than giving everyone the one that is best for all.
/// </summary>
/// <param name="Gain">How much more a customer is worth; with the normal interval of large samples.</param>
/// <param name="PerGroup">What a customer is worth when each group gets its own arm.</param>
/// <param name="ForAll">What a customer is worth when everyone gets the arm that is best for all.</param>
/// <param name="BestForAll">The number of that arm, by all customers.</param>
/// <param name="IsSameForAll">Whether no group chose another arm.</param>
public readonly record struct ChoicePerGroup(Estimate Gain, Estimate PerGroup, Estimate ForAll, int BestForAll, bool IsSameForAll)
{
    /// <summary>A group with fewer customers in an arm, in one of the halves, gets the arm that is best for all.</summary>
    public const int MinCustomers = 30;

    /// <summary>Whether there is a gain: its interval is above 0.</summary>
    public bool IsGain => Gain.Interval.Low > 0;

    /// <summary>Judges the choice; refused when no group has enough customers of each arm in both halves.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="confidence">How sure the intervals are.</param>
    /// <remarks>
    /// Cross-fitting: the arms are chosen in one half and judged in the other, and the other way round, so that a group which was
    /// lucky does not look like one that is different (V. Chernozhukov et al., Double/debiased machine learning, The Econometrics
    /// Journal 21, 2018; S. Athey, G. Imbens, PNAS 113, 2016). Customers are weighted by the sizes of their groups.
    /// </remarks>
    public static Measured<ChoicePerGroup> Judge(IReadOnlyList<GroupHalves> groups, Confidence confidence)
    {
        var (first, second) = (Total(groups, static group => group.First), Total(groups, static group => group.Second));
        if (!groups.Any(static group => IsLarge(group.First, group.Second)))
        {
            return Measured<ChoicePerGroup>.Refuse($"No group has {MinCustomers} customers of each arm in each half of the data.");
        }

        var one = Judge(groups, static group => group.First, static group => group.Second, Best(first));
        var other = Judge(groups, static group => group.Second, static group => group.First, Best(second));
        var share = one.Customers / (one.Customers + other.Customers);
        return new ChoicePerGroup(
            Together(static half => half.Gain),
            Together(static half => half.PerGroup),
            Together(static half => half.ForAll),
            Best([.. first.Zip(second, static (a, b) => a.And(b))]),
            one.Gain == default && other.Gain == default);

        Estimate Together(Func<Half, Sum> of)
        {
            var sum = default(Sum).With(share, of(one).Value, of(one).Variance).With(1 - share, of(other).Value, of(other).Variance);
            return Estimate.Normal(sum.Value, Math.Sqrt(sum.Variance), confidence);
        }
    }

    private readonly record struct Half(double Customers, Sum Gain, Sum PerGroup, Sum ForAll);

    private readonly record struct Sum(double Value, double Variance)
    {
        public Sum With(double share, double value, double variance) => new(Value + (share * value), Variance + (share * share * variance));
    }

    // The arms are chosen in one half and judged in the other; a group without anyone in the best arm there tells nothing.
    private static Half Judge(
        IReadOnlyList<GroupHalves> groups,
        Func<GroupHalves, ImmutableArray<Moments>> chosenIn,
        Func<GroupHalves, ImmutableArray<Moments>> judgedIn,
        int best)
    {
        GroupHalves[] telling = [.. groups.Where(group => judgedIn(group)[best].Count > 0)];
        var customers = (double)telling.Sum(group => judgedIn(group).Sum(static arm => arm.Count));
        var (gain, perGroup, forAll) = (default(Sum), default(Sum), default(Sum));
        foreach (var group in telling)
        {
            var (learned, judged) = (chosenIn(group), judgedIn(group));
            var share = judged.Sum(static arm => arm.Count) / customers;
            var own = IsLarge(learned, judged) ? Best(learned) : best;
            perGroup = perGroup.With(share, judged[own].Mean, judged[own].MeanVariance);
            forAll = forAll.With(share, judged[best].Mean, judged[best].MeanVariance);
            if (own != best)
            {
                gain = gain.With(share, judged[own].Mean - judged[best].Mean, judged[own].MeanVariance + judged[best].MeanVariance);
            }
        }

        return new(customers, gain, perGroup, forAll);
    }

    private static bool IsLarge(ImmutableArray<Moments> one, ImmutableArray<Moments> other) =>
        one.Concat(other).Min(static arm => arm.Count) >= MinCustomers;

    private static Moments[] Total(IReadOnlyList<GroupHalves> groups, Func<GroupHalves, ImmutableArray<Moments>> half)
    {
        var total = new Moments[groups.Count == 0 ? 0 : half(groups[0]).Length];
        foreach (var group in groups)
        {
            for (var arm = 0; arm < total.Length; arm++)
            {
                total[arm] = total[arm].And(half(group)[arm]);
            }
        }

        return total;
    }

    // The first of equal ones.
    private static int Best(IReadOnlyList<Moments> arms)
    {
        var best = 0;
        for (var arm = 1; arm < arms.Count; arm++)
        {
            best = arms[arm].Mean > arms[best].Mean ? arm : best;
        }

        return best;
    }
}
