using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Zhice.Contracts.Audiences;
using Zhice.Domain.Primitives;
using Zhice.Grains.Spreading;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Audiences;

/// <summary>One bucket's part of a static list. It lives with its bucket.</summary>
[GrainType("audience-list"), BucketPlacement]
internal sealed class AudienceListGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<AudienceListState> stored, SpreadGrains spread,
    CustomerStates customers)
    : SpreadGrain(spread), IAudienceListGrain
{
    public async ValueTask<int> Add(ImmutableArray<string> customerIds)
    {
        var all = stored.State.CustomerIds.Union(customerIds).Except(await customers.FindErasedAsync(customerIds));
        await stored.CommitAsync(new AudienceListState { CustomerIds = all }, GrainContext);

        // An erasure that began meanwhile may have looked for lists before this one was there.
        var left = all.Except(await customers.FindErasedAsync(customerIds));
        if (left.Count < all.Count)
        {
            await stored.CommitAsync(new AudienceListState { CustomerIds = left }, GrainContext);
        }

        return left.Count;
    }

    public async ValueTask<bool> Remove(string customerId)
    {
        if (!stored.State.CustomerIds.Contains(customerId))
        {
            return false;
        }

        await stored.CommitAsync(new AudienceListState { CustomerIds = stored.State.CustomerIds.Remove(customerId) }, GrainContext);
        return true;
    }

    public async ValueTask Clear()
    {
        if (stored.RecordExists)
        {
            await stored.ClearStateAsync();
        }

        DeactivateOnIdle();
    }

    public ValueTask<ImmutableArray<string>> All() => ValueTask.FromResult<ImmutableArray<string>>([.. stored.State.CustomerIds]);

    public ValueTask<ImmutableArray<ulong>> Hashes() =>
        ValueTask.FromResult<ImmutableArray<ulong>>([.. stored.State.CustomerIds.Select(CustomerSet.Hash)]);

    public async ValueTask<UnknownCustomers> FindUnknown(int maximum)
    {
        var key = this.GetPrimaryKeyString();
        var bucket = int.Parse(key.AsSpan(key.LastIndexOf('/') + 1), CultureInfo.InvariantCulture);
        var unknown = stored.State.CustomerIds.ToHashSet(StringComparer.Ordinal);
        foreach (var (known, _) in await customers.ReadVersionsAsync(bucket))
        {
            unknown.Remove(Encoding.UTF8.GetString(known));
        }

        return new(unknown.Count, [.. unknown.Order(StringComparer.Ordinal).Take(maximum)]);
    }
}

/// <summary>What is kept of it.</summary>
[GenerateSerializer, Alias("zhice.audience-list-state")]
internal sealed class AudienceListState
{
    [Id(0)]
    public ImmutableHashSet<string> CustomerIds { get; init; } = [];
}
