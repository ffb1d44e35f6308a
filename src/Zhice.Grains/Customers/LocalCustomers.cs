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
            return customer.TryRecommend(customerId, query, buffers, out decision);
        }

        decision = default;
        return false;
    }
}
