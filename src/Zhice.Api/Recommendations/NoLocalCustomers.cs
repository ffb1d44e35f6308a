using Zhice.Contracts.Customers;
using Zhice.Domain.Decisions;

namespace Zhice.Api.Recommendations;

/// <summary>No customer is active in a process that is no silo.</summary>
internal sealed class NoLocalCustomers : ILocalCustomers
{
    public int Silo => 0;

    public bool TryRecommend(string customerId, scoped in LocalQuery query, DecisionBuffers buffers, out LentDecision decision)
    {
        decision = default;
        return false;
    }
}
