namespace Zhice.Contracts.Sample;

/// <summary>Sees to it that one silo of a cluster loads the sample bank; its key is "sample".</summary>
[Alias("zhice.sample")]
public interface ISampleGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "sample";

    /// <summary>How long a loader that is not heard of keeps its turn.</summary>
    static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);

    /// <summary>Asks for the turn to load, or keeps it.</summary>
    /// <param name="loader">Whoever asks, a fresh id for each start.</param>
    [Alias("TakeUp")]
    ValueTask<SampleLoadTurn> TakeUp(Guid loader);

    /// <summary>The sample bank is loaded, for good.</summary>
    [Alias("Finish")]
    ValueTask Finish();
}

/// <summary>Whose turn it is to load the sample bank.</summary>
[GenerateSerializer, Alias("zhice.sample-turn")]
public enum SampleLoadTurn : byte
{
    /// <summary>Nobody's: it is loaded.</summary>
    Loaded,

    /// <summary>The caller's.</summary>
    Yours,

    /// <summary>Another's; ask again.</summary>
    Anothers,
}
