using System.Collections.Immutable;
using Zhice.Contracts.Audiences;

namespace Zhice.Grains.Audiences;

/// <summary>Keeps the earlier versions of a saved audience, also when it was deleted.</summary>
[GrainType("audience-history")]
internal sealed class AudienceHistoryGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<AudienceHistory> stored) : Grain, IAudienceHistoryGrain
{
    // What is committed: what is being written must not be told of.
    private ImmutableArray<SavedAudience> _current = [];

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _current = stored.State.Versions;
        return Task.CompletedTask;
    }

    public async ValueTask Keep(SavedAudience version)
    {
        if (_current.Any(each => each.Version == version.Version))
        {
            return;
        }

        var next = _current.Add(version).OrderByDescending(static each => each.Version)
            .Take(IAudienceHistoryGrain.MaxVersions).ToImmutableArray();
        await stored.CommitAsync(new AudienceHistory { Versions = next }, GrainContext);
        _current = next;
    }

    public ValueTask<ImmutableArray<SavedAudience>> All() => ValueTask.FromResult(_current);
}

/// <summary>What is kept of them.</summary>
[GenerateSerializer, Alias("zhice.audience-history-state")]
internal sealed class AudienceHistory
{
    [Id(0)]
    public ImmutableArray<SavedAudience> Versions { get; init; } = [];
}
