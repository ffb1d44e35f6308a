using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Zhice.Contracts.Campaigns;

namespace Zhice.Grains.Campaigns;

/// <summary>Keeps the list of campaigns, and tells the silos which of them events trigger.</summary>
[GrainType("campaign-list")]
internal sealed class CampaignListGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<CampaignListState> stored,
    IHostApplicationLifetime lifetime, TimeProvider clock) : Grain, ICampaignListGrain
{
    // Below the time after which a caller gives a call up.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan PauseWhenStopping = TimeSpan.FromMilliseconds(500);

    private readonly Guid _epoch = Guid.NewGuid();
    private long _sequence = 1;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask Note(CampaignEntry entry)
    {
        var before = stored.State.Entries.GetValueOrDefault(entry.CampaignId);
        if (before == entry)
        {
            return;
        }

        await stored.CommitAsync(new CampaignListState { Entries = stored.State.Entries.SetItem(entry.CampaignId, entry) }, GrainContext);
        if (before?.Trigger is not null || entry.Trigger is not null)
        {
            _sequence++;
            Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    public ValueTask<ImmutableArray<CampaignEntry>> All() => ValueTask.FromResult(
        stored.State.Entries.Values.OrderBy(static entry => entry.CampaignId, StringComparer.Ordinal).ToImmutableArray());

    public async Task<TriggerUpdate> WaitForTriggers(Guid epoch, long sequence, CancellationToken cancellation)
    {
        if ((epoch, sequence) == (_epoch, _sequence))
        {
            // A silo that stops waits for the calls under way; those that come then must not turn in circles.
            var isStopping = lifetime.ApplicationStopping.IsCancellationRequested;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(
                cancellation, isStopping ? default : lifetime.ApplicationStopping);
            await Task.WhenAny(_changed.Task, Task.Delay(isStopping ? PauseWhenStopping : MaxWait, clock, ended.Token));
            await ended.CancelAsync();
        }

        return new(
            _epoch, _sequence,
            [.. stored.State.Entries.Values.Where(static entry => entry.Trigger is not null).Select(static entry => entry.Trigger!)]);
    }
}

/// <summary>What is kept of the list.</summary>
[GenerateSerializer, Alias("zhice.campaign-list-state")]
internal sealed class CampaignListState
{
    [Id(0)]
    public ImmutableDictionary<string, CampaignEntry> Entries { get; init; } = ImmutableDictionary<string, CampaignEntry>.Empty;
}
