using System.Collections.Immutable;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;

namespace Zhice.Contracts.Customers;

/// <summary>The customers that are active on this silo: their committed states are read without a call, on any thread.</summary>
public interface ILocalCustomers
{
    /// <summary>This silo, by the hash of its address, which changes at each start; 0: this process is no silo.</summary>
    int Silo { get; }

    /// <summary>
    /// Decides as <see cref="ICustomerGrain.Recommend"/> does, by a state at least as new as each that was acknowledged before.
    /// </summary>
    /// <param name="customerId">The customer.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="buffers">Where the decision is made.</param>
    /// <param name="decision">The decision, in the buffers.</param>
    /// <returns>False when the customer is not active here, or is to be called: then call the grain.</returns>
    bool TryRecommend(string customerId, scoped in LocalQuery query, DecisionBuffers buffers, out LentDecision decision);
}

/// <summary>What is asked of a customer that is active on this silo.</summary>
/// <param name="PlacementId">The placement.</param>
/// <param name="Limit">How many are offered at the most.</param>
/// <param name="Context">The facts of the call.</param>
/// <param name="IsNonPersonalized">Whether the profile is hidden from marketing.</param>
/// <param name="IsRehearsal">Whether the decision is neither remembered, logged nor measured.</param>
public readonly record struct LocalQuery(
    string PlacementId, int Limit, ImmutableArray<ContextTag> Context, bool IsNonPersonalized, bool IsRehearsal = false);
