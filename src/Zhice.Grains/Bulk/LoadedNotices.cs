using System.Collections.Immutable;
using Zhice.Domain.Primitives;
using Zhice.Grains.Audiences;
using Zhice.Grains.Customers;

namespace Zhice.Grains.Bulk;

/// <summary>Says which customers an import has written, so that no silo goes on with what they were before.</summary>
internal sealed class LoadedNotices(LoadedCustomers loaded, BulkSilos silos, AudienceSilos audiences)
{
    /// <summary>
    /// Says it to every silo. Customers that do not hear it find out by the versions; indexes are told until they hear.
    /// </summary>
    /// <param name="keys">The ids that were written, UTF-8.</param>
    public async Task NotifyAsync(IReadOnlyList<byte[]> keys)
    {
        var hashes = new ulong[keys.Count];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = CustomerBucket.Hash(keys[i]);
        }

        await Task.WhenAll(silos.Active.Select(silo => silo == silos.Here
            ? loaded.ReloadAsync(hashes)
            : ReloadAsync(silo, hashes)));
    }

    private async Task ReloadAsync(string silo, ulong[] hashes)
    {
        if (!await silos.TryAsync(silo, other => other.Reload(hashes)))
        {
            ImmutableArray<int> buckets = [.. hashes.Select(CustomerBucket.ForHash).Distinct()];
            await audiences.NotifyAsync(silo, other => other.Doubt(buckets));
        }
    }
}
