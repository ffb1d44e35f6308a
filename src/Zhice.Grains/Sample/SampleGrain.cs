using Zhice.Contracts.Sample;

namespace Zhice.Grains.Sample;

/// <summary>Gives out the turn to load the sample bank, and remembers that it is loaded.</summary>
[GrainType("sample")]
internal sealed class SampleGrain(
    [PersistentState("load", GrainStorageNames.Definitions)] IPersistentState<SampleLoad> stored,
    TimeProvider clock) : Grain, ISampleGrain
{
    private Guid _loader;
    private long _heardAt;

    public ValueTask<SampleLoadTurn> TakeUp(Guid loader)
    {
        if (stored.State.IsLoaded)
        {
            return ValueTask.FromResult(SampleLoadTurn.Loaded);
        }

        // Two loaders at once, after this grain moved, would waste work and harm nothing.
        if (_loader != loader && _loader != Guid.Empty && clock.GetElapsedTime(_heardAt) < ISampleGrain.Turn)
        {
            return ValueTask.FromResult(SampleLoadTurn.Anothers);
        }

        (_loader, _heardAt) = (loader, clock.GetTimestamp());
        return ValueTask.FromResult(SampleLoadTurn.Yours);
    }

    public async ValueTask Finish() => await stored.CommitAsync(new SampleLoad { IsLoaded = true }, GrainContext);
}

/// <summary>Whether the sample bank is loaded.</summary>
[GenerateSerializer, Alias("zhice.sample-load")]
internal sealed class SampleLoad
{
    [Id(0)]
    public bool IsLoaded { get; init; }
}
