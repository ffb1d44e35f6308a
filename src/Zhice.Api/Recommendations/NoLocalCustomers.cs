using Zhice.Contracts.Customers;
using Zhice.Domain.Decisions;

namespace Zhice.Api.Recommendations;

/// <summary>No customer is active in a process that is no silo.</summary>
internal sealed class NoLocalCustomers : ILocalCustomers
{
    public Decision? TryRecommend(string customerId, RecommendQuery query) => null;
}
