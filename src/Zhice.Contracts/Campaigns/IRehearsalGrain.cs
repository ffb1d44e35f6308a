using Zhice.Domain.Campaigns;

namespace Zhice.Contracts.Campaigns;

/// <summary>Runs one rehearsal of a campaign; its key is any fresh id.</summary>
[Alias("zhice.rehearsal")]
public interface IRehearsalGrain : IGrainWithGuidKey
{
    /// <summary>Judges every customer of the store as at one instant; tells how far it is, and at the end all.</summary>
    [Alias("Rehearse")]
    IAsyncEnumerable<RunCounts> Rehearse(CampaignOrder order, CancellationToken cancellation);
}
