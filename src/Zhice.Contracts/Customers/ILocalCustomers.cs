using Zhice.Domain.Decisions;

namespace Zhice.Contracts.Customers;

/// <summary>The customers that are active on this silo: their committed states are read without a call, on any thread.</summary>
public interface ILocalCustomers
{
    /// <summary>
    /// Decides as <see cref="ICustomerGrain.Recommend"/> does, by a state at least as new as each that was acknowledged before.
    /// </summary>
    /// <returns>Null when the customer is not active here, or is to be called: then call the grain.</returns>
    Decision? TryRecommend(string customerId, RecommendQuery query);
}
