using System.Numerics;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Experiments;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Decisions;

/// <summary>What holds for all candidates of a decision, and is found out once.</summary>
internal readonly ref struct DecisionContext
{
    private readonly ulong _weights;
    private readonly ulong _unhiddenWeights;
    private readonly CustomerView _unhidden;
    private readonly Span<byte> _conditions;

    /// <param name="customer">The customer.</param>
    /// <param name="placement">Where.</param>
    /// <param name="features">Room for <see cref="FeatureVector.MaxLength"/> features.</param>
    /// <param name="arms">Room for <see cref="Assignment.MaxExperiments"/> arms.</param>
    /// <param name="conditions">Room for <see cref="Rule.MaxConditions"/> conditions.</param>
    /// <param name="caps">Room for the caps of the catalogue.</param>
    public DecisionContext(
        in CustomerView customer, Placement placement, Span<uint> features, Span<byte> arms, Span<byte> conditions, Span<CapMoment> caps)
    {
        var catalog = customer.Catalog;
        _conditions = conditions;
        _conditions.Clear();
        Features = features[..FeatureVector.Fill(customer, placement, features)];
        Arms = arms[..catalog.Experiments.Length];
        Assignment.Arms(catalog.Experiments, customer.Id, arms);
        HeldOut = Assignment.HeldOut(catalog.Holdouts, customer.Id);
        Policy = catalog.ContactPolicy.At(
            customer.State.ContactState, placement.Channel, customer.NowMs, caps, catalog.ContactPolicy.FindList(customer));
        _weights = GetWeights(customer);
        _unhidden = customer.Unhidden;
        _unhiddenWeights = customer.IsPersonalized ? _weights : GetWeights(_unhidden);
    }

    /// <summary>In which way marketing is decided.</summary>
    public DecisionContrast Contrast { get; init; }

    /// <summary>The contact policy now, in the placement's channel.</summary>
    public PolicyMoment Policy { get; }

    /// <summary>What the models see.</summary>
    public ReadOnlySpan<uint> Features { get; }

    /// <summary>The customer's arm in each experiment.</summary>
    public ReadOnlySpan<byte> Arms { get; }

    /// <summary>The holdouts that keep the customer out.</summary>
    public ulong HeldOut { get; }

    /// <summary>Whether the customer is in an arm, or none is asked for.</summary>
    public bool Has(ArmNumber arm) => !arm.IsSet || Arms[arm.Experiment] == arm.Arm;

    /// <summary>Whether a rule holds for an action of a purpose; a condition that rules have in common is asked once.</summary>
    public bool Holds(Rule rule, Purpose purpose, in CustomerView customer)
    {
        if (customer.IsPersonalized)
        {
            return Holds(rule, customer, shift: 0);
        }

        // What is hidden and what is seen are two answers to one condition.
        return rule.IsProtective || purpose is Purpose.Service or Purpose.Regulatory
            ? Holds(rule, _unhidden, shift: 2)
            : Holds(rule, customer, shift: 0);
    }

    /// <summary>The product of an action's context weights that apply.</summary>
    public double GetWeight(BankAction action, Catalog catalog)
    {
        var weight = 1.0;
        for (var left = action.ContextWeights & (action.Purpose is Purpose.Service or Purpose.Regulatory ? _unhiddenWeights : _weights); left != 0; left &= left - 1)
        {
            weight *= catalog.ContextWeights[BitOperations.TrailingZeroCount(left)].Weight;
        }

        return weight;
    }

    private bool Holds(Rule rule, in CustomerView customer, int shift)
    {
        const int Yes = 1, No = 2, Known = Yes | No;
        if (rule.Condition < 0)
        {
            return rule.Expression.Holds(customer);
        }

        ref var known = ref _conditions[rule.Condition];
        if ((known >> shift & Known) == 0)
        {
            known |= (byte)((rule.Expression.Holds(customer) ? Yes : No) << shift);
        }

        return (known >> shift & Yes) != 0;
    }

    private static ulong GetWeights(in CustomerView customer)
    {
        var (weights, all) = (0UL, customer.Catalog.ContextWeights);
        for (var i = 0; i < all.Length; i++)
        {
            weights |= all[i].When.Holds(customer) ? 1UL << i : 0;
        }

        return weights;
    }
}
