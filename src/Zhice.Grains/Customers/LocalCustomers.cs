using Zhice.Contracts.Customers;
using Zhice.Domain.Decisions;

namespace Zhice.Grains.Customers;

/// <inheritdoc/>
internal sealed class LocalCustomers(LoadedCustomers loaded, CustomerFollowing following) : ILocalCustomers
{
    public int Silo => following.Here;

    public bool TryRecommend(string customerId, scoped in LocalQuery query, DecisionBuffers buffers, out LentDecision decision)
    {
        if (loaded.Find(customerId) is { } customer)
        {
            try
            {
                return customer.TryRecommend(customerId, query, buffers, out decision);
            }
            catch (FormatException)
            {
                // A part of the state is damaged: the call of the grain says so to the caller.
            }
        }

        decision = default;
        return false;
    }
}
