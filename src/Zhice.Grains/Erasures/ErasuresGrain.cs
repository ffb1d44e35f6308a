using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Contracts.Erasures;
using Zhice.Storage.Backends;
using Zhice.Storage.Erasures;

namespace Zhice.Grains.Erasures;

/// <inheritdoc cref="IErasuresGrain"/>
[GrainType("erasures"), StatelessWorker]
internal sealed class ErasuresGrain(IStores stores, TimeProvider clock) : Grain, IErasuresGrain
{
    private const int AtOnce = 100;

    public async ValueTask<ImmutableArray<ErasureRecord>> List(long? before, int limit) =>
        [.. (await stores.Erasures.ListAsync(before, limit)).Select(Erasures.ToRecord)];

    public async ValueTask<TombstoneSet> Tombstones()
    {
        var all = await stores.Erasures.ListTombstonesAsync();
        return new([.. all.Salt], [.. all.IdHashes.Select(Erasures.ToHex)]);
    }

    public async Task<int?> Apply(TombstoneSet tombstones, string actor)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (tombstones.Salt.Length > 0
            && !await stores.Erasures.AddTombstonesAsync(
                new(
                    [.. tombstones.Salt],
                    [.. tombstones.IdHashes.Select(static hash => ImmutableArray.Create(Convert.FromHexString(hash)))]),
                nowMs))
        {
            return null;
        }

        var (requestId, erased) = ($"apply-{nowMs:x}", new HashSet<string>(StringComparer.Ordinal));
        while (await stores.Erasures.FindPresentAsync(AtOnce) is { Count: > 0 } present && present.Any(erased.Add))
        {
            foreach (var customer in present)
            {
                await GrainFactory.GetGrain<IErasureGrain>(customer).Erase(requestId, actor, "brought back by a backup");
            }
        }

        return erased.Count;
    }
}
