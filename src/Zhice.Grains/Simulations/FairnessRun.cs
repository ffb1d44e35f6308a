using System.Text;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Simulations;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;
using Zhice.Storage.Background;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Simulations;

/// <summary>
/// Decides once for each sampled customer as the store has them. The sample is the customers of the first buckets: a bucket is chosen by
/// the hash of the id, so it is as good as drawn by lot, and the same for each report. Nothing is written.
/// </summary>
/// <param name="plan">What to decide.</param>
/// <param name="models">What ranks.</param>
/// <param name="stock">What is left of the actions that have a stock.</param>
/// <param name="nowMs">The instant of all decisions.</param>
internal sealed class FairnessRun(FairnessPlan plan, PropensityModels models, IStockLevels stock, long nowMs)
{
    private readonly List<FairnessSample> _samples = [];
    private long _customers;
    private long _hidden;
    private long _unreadable;

    /// <summary>Runs to the end.</summary>
    public async Task<FairnessReport> RunAsync(CustomerStates customers, CancellationToken cancellation)
    {
        await foreach (var slice in customers.ReadSlicesAsync(cancellation, (_, _) => Interlocked.Increment(ref _unreadable)))
        {
            foreach (var (key, state) in slice.Customers)
            {
                if (_customers == FairnessSlices.MaxCustomers)
                {
                    return Report();
                }

                Add(Encoding.UTF8.GetString(key), state);
                if (BackgroundWork.IsTurnOver)
                {
                    await Task.Yield();
                }
            }
        }

        return Report();
    }

    private FairnessReport Report()
    {
        var (slices, suppressed) = FairnessSlices.Divide(_samples, plan.Tag);
        return new(_customers, _hidden, Interlocked.Read(ref _unreadable), models.Learned(plan.Action.Number), slices, suppressed);
    }

    private void Add(string id, CustomerState state)
    {
        _customers++;
        if (!state.Consents.Allows(channel: 0, Purpose.Personalization))
        {
            _hidden++;
            return;
        }

        var customer = new CustomerView(state, plan.Catalog, [], nowMs) { Id = id };
        var decision = Decider.Decide(
            SimulatedDecision.CreateId(nowMs, plan.Placement.Number, id), customer, plan.Placement, models, stock,
            plan.Placement.DefaultLimit);
        var (contacts, accepted) = CountContacts(state);
        _samples.Add(new(
            customer.TryGet(plan.Tag, out var bits) ? bits : null, GetPropensity(customer), IsOffered(decision), contacts, accepted));
    }

    // Also of those to whom rules or caps forbid the action: the model is the same for them.
    private double GetPropensity(in CustomerView customer)
    {
        Span<uint> features = stackalloc uint[FeatureVector.MaxLength];
        var length = FeatureVector.Fill(customer, plan.Placement, features);
        var sums = default(FeatureSums);
        return models.Estimate(plan.Action, features[..length], draw: null, ref sums).Propensity;
    }

    private bool IsOffered(Decision decision)
    {
        foreach (ref readonly var verdict in decision.Offered)
        {
            if (verdict.Action == plan.Action.Number)
            {
                return true;
            }
        }

        return false;
    }

    private (int Contacts, int Accepted) CountContacts(CustomerState state)
    {
        var (contacts, accepted) = (0, 0);
        foreach (ref readonly var contact in state.ContactLog.All)
        {
            if (contact.Id.Action == plan.Action.Number)
            {
                contacts++;
                accepted += contact.Answer == FeedbackType.Acceptance ? 1 : 0;
            }
        }

        return (contacts, accepted);
    }
}

/// <summary>What a fairness report decides.</summary>
internal sealed record FairnessPlan(Catalog Catalog, BankAction Action, TagDefinition Tag, Placement Placement)
{
    /// <exception cref="ArgumentException">A catalogue that came meanwhile has one of them no longer.</exception>
    public static FairnessPlan Create(FairnessQuery query, Catalog catalog) =>
        catalog.Action(query.Action) is { } action && catalog.Tag(query.Tag) is { } tag
            && catalog.FindPlacement(query.PlacementId) is { } placement
            ? new(catalog, action, tag, placement)
            : throw new ArgumentException(
                "The catalogue changed, and has the action, the tag or the placement no longer. Ask again.", nameof(query));
}
