using Zhice.Domain.Campaigns;
using Zhice.Domain.Contacts;

namespace Zhice.Contracts.Campaigns;

/// <summary>Runs one rehearsal of a campaign; its key is any fresh id.</summary>
[Alias("zhice.rehearsal")]
public interface IRehearsalGrain : IGrainWithGuidKey
{
    /// <summary>Judges every customer of the store as the run will; tells how far it is, and at the end all.</summary>
    [Alias("RehearseRun")]
    IAsyncEnumerable<RunCounts> Rehearse(RehearsalRequest order, CancellationToken cancellation);
}

/// <summary>What is rehearsed.</summary>
/// <param name="Campaign">What is asked of each customer; its audience holds what a saved audience asks too.</param>
/// <param name="List">A static list that they must be in too, as its id, "/" and its version; empty: none.</param>
/// <param name="AtMs">As at which instant they are judged, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.rehearsal-order")]
public sealed record RehearsalRequest([property: Id(0)] CampaignSpec Campaign, [property: Id(1)] string List, [property: Id(2)] long AtMs);
