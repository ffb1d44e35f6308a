using Microsoft.Extensions.Logging;
using Zhice.Catalogs.Campaigns;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Stops;
using Zhice.Domain.Approvals;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Stops;
using Zhice.Grains.Measurement;
using Zhice.Grains.Spreading;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Campaigns;

/// <summary>
/// One campaign. A run is driven beside the calls, so that it can be watched, paused and cancelled meanwhile. Campaigns are
/// spread over the silos by the hashes of their ids; the drive of one that moves rests, and goes on at its next wake.
/// </summary>
[GrainType("campaign"), BucketPlacement]
internal sealed partial class CampaignGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<CampaignStored> stored,
    ICatalogs catalogs, CampaignPlans plans, SpreadGrains spread, TimeProvider clock, ILogger<CampaignGrain> log, PromotionServices promotions,
    IStores? stores = null)
    : SpreadGrain(spread), ICampaignGrain, IDisposable
{
    private const int MaxLog = 50;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _changing = new(1);
    private CampaignRecord? _current;
    private bool _isLeaving;
    private bool _isCounted;
    private CampaignEntry? _noted;
    private (CampaignQueue Queue, long RecalledBeforeMs)? _queue;
    private long _news;
    private Task? _driving;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // On a silo that has just come and does not know the catalogue yet, a run would find its action gone, and pause itself.
        if (!catalogs.IsKnown)
        {
            await catalogs.WaitUntilKnownAsync(cancellationToken);
        }

        _current = stored.State.Campaign;
        await base.OnActivateAsync(cancellationToken);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _isLeaving = true;
        await base.OnDeactivateAsync(reason, cancellationToken);
        await (_driving ?? Task.CompletedTask);
        if (_isCounted)
        {
            _isCounted = false;
            await Change(static known => known);
        }
    }

    public void Dispose() => _changing.Dispose();

    public async ValueTask<CampaignAnswer> Save(CampaignDraft draft)
    {
        CampaignAnswer? refused = null;
        await Change(known =>
        {
            if (draft.Etag == "new" ? known is not null : draft.Etag.Length > 0 && known?.Is(draft.Etag) != true)
            {
                refused = Answer(CampaignOutcome.Stale);
                return null;
            }

            if (known is not null && CampaignLife.After(known.State, CampaignStep.Edit, known.Running is not null) is null)
            {
                refused = Answer(CampaignOutcome.Forbidden);
                return null;
            }

            var revision = (known?.Definition.Order.Revision ?? 0) + 1;
            var (definition, faults) = CampaignCompiler.Compile(V1.Campaign.Parser.ParseFrom(draft.Definition), catalogs.Current, revision);
            if (definition is null)
            {
                refused = new(CampaignOutcome.Faulty, known, faults);
                return null;
            }

            var next = new CampaignRecord
            {
                Source = draft.Definition, Definition = definition, State = CampaignState.Draft, Author = draft.Author,
                Log = known?.Log ?? [],
                Authors = Authors.With(
                    known is null or { State: CampaignState.Approved } ? [] : Authors.With(known.Authors, known.Author), draft.Author),
            };
            refused = draft.ValidateOnly ? new(CampaignOutcome.Made, next, []) : null;
            return draft.ValidateOnly ? null : Logged(next, draft.Author, $"saved revision {revision}");
        });
        return refused ?? Answer(CampaignOutcome.Made);
    }

    public async ValueTask<CampaignAnswer> Take(CampaignStep step, string actor, string comment, string etag)
    {
        var outcome = CampaignOutcome.Made;
        var nowMs = NowMs;
        await Change(known =>
        {
            var state = known is null ? null : CampaignLife.After(known.State, step, known.Running is not null);
            outcome = known is null ? CampaignOutcome.NotFound
                : etag.Length > 0 && !known.Is(etag) && !(step == CampaignStep.Resume && state == known.State) ? CampaignOutcome.Stale
                : step == CampaignStep.Approve && known.IsBy(actor) ? CampaignOutcome.OwnApproval
                : state is null ? CampaignOutcome.Forbidden
                : CampaignOutcome.Made;
            if (outcome != CampaignOutcome.Made)
            {
                return null;
            }

            var seen = step == CampaignStep.Approve && etag.Length > 0 ? etag[known!.Etag.Length..].TrimStart('-') : known!.ApprovedAs;
            if (state == known.State && seen == known.ApprovedAs && step != CampaignStep.Recall)
            {
                return null;
            }

            var next = Progress(known) with { State = state!.Value, Note = comment, Approver = step == CampaignStep.Approve ? actor : known.Approver, ApprovedAs = seen };
            next = step == CampaignStep.Pause ? next.Paused(nowMs) : next;
            next = state == CampaignState.Scheduled
                ? next with { NextDueAtMs = known.NextDueAtMs ?? next.Definition.NextDue(null, NowMs) }
                : next;
            next = step is CampaignStep.Recall or CampaignStep.Cancel
                ? next with { RecalledBeforeMs = next.State.IsOver() ? long.MaxValue : nowMs }
                : next;
            next = state == CampaignState.Cancelled ? Ended(next) with { NextDueAtMs = null } : next;
            return Logged(next, actor, comment.Length == 0 ? Past(step) : $"{Past(step)}: {comment}");
        });
        await Wake();
        return Answer(outcome);
    }

    public ValueTask<CampaignRecord?> Find()
    {
        if (_current is null)
        {
            // Anyone can name campaigns that there are not.
            DeactivateOnIdle();
        }

        return ValueTask.FromResult(Seen());
    }

    public async Task<CampaignRecord?> WaitForNews(long knownNews, CancellationToken cancellation)
    {
        if (_news == knownNews)
        {
            await Task.WhenAny(_changed.Task, Task.Delay(MaxWait, clock, cancellation));
        }

        return Seen();
    }

    public async ValueTask Wake()
    {
        if (_current is { State: CampaignState.Scheduled or CampaignState.Running } or { Leftover: not null } && !_isLeaving
            && _driving is null or { IsCompleted: true })
        {
            _driving = Drive();
        }

        await Promote();
        if (_queue is null || _isCounted || (_current is { } campaign && ToEntry(campaign) != _noted))
        {
            var isCounted = _isCounted;
            _isCounted = false;
            await Change(known => isCounted ? known : null);
        }
    }

    public ValueTask<bool> Drives(long run, long driver) =>
        ValueTask.FromResult(_current is { Running: { } under } known && under.Number == run && known.Drivers <= driver);

    public ValueTask Count(RunCounts counts)
    {
        if (_current is { Definition.IsTriggered: true, Running: { } run } known)
        {
            _isCounted = true;
            Show(known with { Runs = known.Runs.SetItem(0, run with { Counts = run.Counts.With(counts) }) });
        }

        return ValueTask.CompletedTask;
    }

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private CampaignRecord Logged(CampaignRecord known, string actor, string text) =>
        known with { Log = [new(NowMs, actor, text), .. known.Log.Take(MaxLog - 1)] };

    private CampaignAnswer Answer(CampaignOutcome outcome) => new(outcome, Seen(), []);

    private CampaignRecord? Seen() => _current is null ? null : _current with { News = _news };

    // One change at a time: calls and the drive meet here. Null changes nothing. A change that was made before and did not get
    // to the list, by which a campaign is woken, gets there now.
    private async Task Change(Func<CampaignRecord?, CampaignRecord?> change)
    {
        await _changing.WaitAsync();
        try
        {
            if (change(_current) is { } next)
            {
                await stored.CommitAsync(new CampaignStored { Campaign = next }, GrainContext);
                Show(next);
            }

            // What waits of it is kept back or void before anybody is told so.
            if (_current is { } known && GetQueue(known) is var queue && queue != _queue)
            {
                await GrainFactory.GetGrain<IStopBroadcastGrain>(IStopBroadcastGrain.Key)
                    .NoteCampaign(this.GetPrimaryKeyString(), queue.Queue, queue.RecalledBeforeMs);
                _queue = queue;
            }

            if (_current is { } campaign && ToEntry(campaign) is var entry && entry != _noted)
            {
                await GrainFactory.GetGrain<ICampaignListGrain>(ICampaignListGrain.Key).Note(entry);
                _noted = entry;
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    private static (CampaignQueue Queue, long RecalledBeforeMs) GetQueue(CampaignRecord campaign) =>
        (campaign.State == CampaignState.Paused ? CampaignQueue.Waits : CampaignQueue.Flows, campaign.RecalledBeforeMs);

    private CampaignEntry ToEntry(CampaignRecord campaign) => new(
        this.GetPrimaryKeyString(),
        campaign.State,
        campaign.Definition.IsTriggered && campaign.State == CampaignState.Running ? campaign.Definition.Order : null,
        campaign.Runs.FirstOrDefault()?.Number ?? 0,
        campaign.Leftover is not null);

    private void Show(CampaignRecord next)
    {
        _current = next;
        _news++;
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    private static string Past(CampaignStep step) => step switch
    {
        CampaignStep.Approve => "approved",
        CampaignStep.Schedule => "scheduled",
        CampaignStep.Pause => "paused",
        CampaignStep.Resume => "resumed",
        CampaignStep.Recall => "recalled what waited",
        _ => "cancelled",
    };
}

/// <summary>What is kept of a campaign.</summary>
[GenerateSerializer, Alias("zhice.campaign-stored")]
internal sealed class CampaignStored
{
    [Id(0)]
    public CampaignRecord? Campaign { get; init; }
}
