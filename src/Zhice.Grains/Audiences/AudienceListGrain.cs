using System.Collections.Immutable;
using Zhice.Contracts.Audiences;

namespace Zhice.Grains.Audiences;

/// <summary>One bucket's part of a static list.</summary>
[GrainType("audience-list")]
internal sealed class AudienceListGrain([PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<AudienceListState> stored) : Grain, IAudienceListGrain
{
    public async ValueTask<int> Add(ImmutableArray<string> customerIds)
    {
        var all = stored.State.CustomerIds.Union(customerIds);
        await stored.CommitAsync(new AudienceListState { CustomerIds = all }, GrainContext);
        return all.Count;
    }

    public ValueTask<ImmutableArray<string>> All() => ValueTask.FromResult<ImmutableArray<string>>([.. stored.State.CustomerIds]);
}

/// <summary>What is kept of it.</summary>
[GenerateSerializer, Alias("zhice.audience-list-state")]
internal sealed class AudienceListState
{
    [Id(0)]
    public ImmutableHashSet<string> CustomerIds { get; init; } = [];
}
