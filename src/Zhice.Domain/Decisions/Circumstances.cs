using System.Numerics;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Experiments;
using Zhice.Domain.Learning;

namespace Zhice.Domain.Decisions;

/// <summary>What holds for all candidates of a decision, and is found out once.</summary>
internal readonly ref struct Circumstances
{
    /// <summary>How many bytes of <see cref="Arms"/> its maker has to bring.</summary>
    public const int MostArms = Assignment.Most;

    private readonly ulong _weights;

    /// <param name="customer">The customer.</param>
    /// <param name="customerId">By which arms and holdouts are drawn.</param>
    /// <param name="placement">Where.</param>
    /// <param name="features">Room for the features.</param>
    /// <param name="arms">Room for the arms.</param>
    public Circumstances(in CustomerView customer, string customerId, Placement placement, Span<ushort> features, Span<byte> arms)
    {
        var catalog = customer.Catalog;
        Features = features[..FeatureVector.Fill(customer, placement, features)];
        Arms = arms[..catalog.Experiments.Length];
        Assignment.Arms(catalog.Experiments, customerId, arms);
        HeldOut = Assignment.HeldOut(catalog.Holdouts, customerId);
        for (var i = 0; i < catalog.ContextWeights.Length; i++)
        {
            _weights |= catalog.ContextWeights[i].When.Holds(customer) ? 1UL << i : 0;
        }
    }

    /// <summary>What the models see.</summary>
    public ReadOnlySpan<ushort> Features { get; }

    /// <summary>The customer's arm in each experiment.</summary>
    public ReadOnlySpan<byte> Arms { get; }

    /// <summary>The holdouts that keep the customer out.</summary>
    public ulong HeldOut { get; }

    /// <summary>Whether the customer is in an arm, or none is asked for.</summary>
    public bool Has(ArmNumber arm) => !arm.IsSet || Arms[arm.Experiment] == arm.Arm;

    /// <summary>The product of an action's context weights that apply.</summary>
    public double WeightOf(BankAction action, Catalog catalog)
    {
        var weight = 1.0;
        for (var left = action.ContextWeights & _weights; left != 0; left &= left - 1)
        {
            weight *= catalog.ContextWeights[BitOperations.TrailingZeroCount(left)].Weight;
        }

        return weight;
    }
}
