using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Contracts.Broadcasts;

namespace Zhice.Contracts.Audiences;

/// <summary>
/// Tells the silos which version of each uploaded audience they go by. It keeps nothing of its own: the saved audiences
/// (<see cref="ISavedAudiencesGrain"/>) say it.
/// </summary>
[Alias("zhice.audience-board")]
public interface IAudienceBroadcastGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "audiences";

    /// <summary>Tells of a version that was saved. It answers once the silos heed it, or after a time.</summary>
    /// <param name="audienceId">The audience.</param>
    /// <param name="version">Its version.</param>
    /// <param name="maxWait">How long it waits at most; below the time after which a caller gives a call up.</param>
    [AlwaysInterleave, Alias("Tell")]
    ValueTask<AppliedCount> Apply(string audienceId, long version, TimeSpan maxWait);

    /// <summary>The uploaded audiences as soon as they are another version than the caller heeds, or null after some seconds.</summary>
    /// <param name="silo">The silo that asks; empty for a client.</param>
    /// <param name="heeded">The version that it decides by; 0 for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [AlwaysInterleave, Alias("WaitForOther")]
    Task<AudienceListVersions?> WaitForOther(string silo, long heeded, CancellationToken cancellation);
}

/// <summary>The uploaded audiences, in one version of all audiences.</summary>
/// <param name="Version">Counts the versions of all audiences, from 1.</param>
/// <param name="Lists">For each uploaded audience the key of its list, see <see cref="SavedAudience.List"/>.</param>
[GenerateSerializer, Immutable, Alias("zhice.audience-board-state")]
public sealed record AudienceListVersions([property: Id(0)] long Version, [property: Id(1)] ImmutableDictionary<string, string> Lists);
