namespace Zhice.Contracts.Probes;

/// <summary>Answers a call, to find out whether calls are answered; a new key each time.</summary>
[Alias("zhice.probe")]
public interface IProbeGrain : IGrainWithGuidKey
{
    /// <summary>Answers.</summary>
    [Alias("Answer")]
    ValueTask Answer();
}
