using Zhice.Contracts.Customers;
using Zhice.Domain.Decisions;

namespace Zhice.Grains.Customers;

/// <inheritdoc/>
internal sealed class LocalCustomers(LoadedCustomers loaded) : ILocalCustomers
{
    public Decision? TryRecommend(string customerId, RecommendQuery query) => loaded.Find(customerId)?.TryRecommend(query);
}
