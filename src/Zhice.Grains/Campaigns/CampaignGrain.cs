using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Campaigns;

namespace Zhice.Grains.Campaigns;

/// <summary>One campaign. A run is driven beside the calls, so that it can be watched, paused and cancelled meanwhile.</summary>
[GrainType("campaign")]
internal sealed class CampaignGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<CampaignStored> stored,
    ICatalogs catalogs, CampaignPlans plans, TimeProvider clock, ILogger<CampaignGrain> log) : Grain, ICampaignGrain, IDisposable
{
    private const int MostRuns = 20;
    private const int MostLog = 50;

    // A run keeps its campaign in memory, and is kept in the store so often.
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan SavePause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _changing = new(1);
    private CampaignRecord? _current;
    private bool _isLeaving;
    private bool _isCounted;
    private long _news;
    private Task? _driving;
    private CampaignRun? _run;
    private Task<AudienceCounts>? _expected;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _current = stored.State.Campaign;
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _isLeaving = true;
        return _driving ?? Task.CompletedTask;
    }

    public void Dispose() => _changing.Dispose();

    public async ValueTask<CampaignAnswer> Save(CampaignDraft draft)
    {
        CampaignAnswer? refused = null;
        await Change(known =>
        {
            if (draft.Etag.Length > 0 && draft.Etag != known?.Etag)
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
                Source = draft.Definition, Definition = definition, State = CampaignState.Draft, Author = draft.Author, Log = known?.Log ?? [],
            };
            refused = draft.ValidateOnly ? new(CampaignOutcome.Made, next, []) : null;
            return draft.ValidateOnly ? null : Logged(next, draft.Author, $"saved revision {revision}");
        });
        return refused ?? Answer(CampaignOutcome.Made);
    }

    public async ValueTask<CampaignAnswer> Take(CampaignStep step, string actor, string comment, string etag)
    {
        var outcome = CampaignOutcome.Made;
        await Change(known =>
        {
            var state = known is null ? null : CampaignLife.After(known.State, step, known.Running is not null);
            outcome = known is null ? CampaignOutcome.NotFound
                : etag.Length > 0 && etag != known.Etag ? CampaignOutcome.Stale
                : step == CampaignStep.Approve && actor == known.Author ? CampaignOutcome.OwnApproval
                : state is null ? CampaignOutcome.Forbidden
                : CampaignOutcome.Made;
            if (outcome != CampaignOutcome.Made || state == known!.State)
            {
                return null;
            }

            var next = Progress(known) with { State = state!.Value, Note = comment, Approver = step == CampaignStep.Approve ? actor : known.Approver };
            next = state == CampaignState.Scheduled ? next with { NextDueAtMs = known.NextDueAtMs ?? next.Definition.NextDue(null, NowMs) } : next;
            next = state == CampaignState.Cancelled ? Ended(next) with { NextDueAtMs = null } : next;
            return Logged(next, actor, comment.Length == 0 ? Past(step) : $"{Past(step)}: {comment}");
        });
        await Wake();
        return Answer(outcome);
    }

    public ValueTask<CampaignRecord?> Find() => ValueTask.FromResult(Seen());

    public async Task<CampaignRecord?> WaitForNews(long knownNews, CancellationToken cancellation)
    {
        if (_news == knownNews)
        {
            await Task.WhenAny(_changed.Task, Task.Delay(LongestWait, clock, cancellation));
        }

        return Seen();
    }

    public async ValueTask Wake()
    {
        if (_current is { State: CampaignState.Scheduled or CampaignState.Running } && !_isLeaving && _driving is null or { IsCompleted: true })
        {
            _driving = Drive();
        }

        if (_isCounted)
        {
            _isCounted = false;
            await Change(static known => known);
        }
    }

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

    // Begins what is due, and drives what has begun until it ends or is told to wait. It never throws.
    private async Task Drive()
    {
        try
        {
            while (!_isLeaving && await IsDriven())
            {
            }
        }
        catch (Exception fault)
        {
            // It is woken again in some seconds, here or elsewhere, and goes on from what the parts keep.
            GrainsLog.CampaignHeldUp(log, this.GetPrimaryKeyString(), fault);
        }
    }

    // Does what there is to do; false when there is nothing, for now.
    private async Task<bool> IsDriven()
    {
        switch (_current)
        {
            case { State: CampaignState.Scheduled } known when known.Definition.IsTriggered || known.NextDueAtMs <= NowMs:
                await Change(scheduled => scheduled is { State: CampaignState.Scheduled } ? Begun(scheduled) : null);
                return true;
            case { State: CampaignState.Running, Definition.IsTriggered: false, Running: { } run }:
                await DriveRun(run);
                return true;
            case { State: CampaignState.Running, Definition.IsTriggered: true } on when NowMs >= on.Definition.Order.EndsAtMs:
                await Finish("its end has come");
                return true;
            default:
                return false;
        }
    }

    private CampaignRecord Begun(CampaignRecord known)
    {
        var run = new CampaignRunRecord
        {
            Number = (known.Runs.FirstOrDefault()?.Number ?? 0) + 1, DueAtMs = known.NextDueAtMs ?? NowMs, StartedAtMs = NowMs,
        };
        return Logged(known with { State = CampaignState.Running, NextDueAtMs = null, Runs = [run, .. known.Runs.Take(MostRuns - 1)] }, "", $"run {run.Number} began");
    }

    private async Task DriveRun(CampaignRunRecord begun)
    {
        // A later activation has a higher number, by the version of what is kept: it alone drives.
        await Change(static known => known! with { Drivers = known.Drivers + 1 });
        var definition = _current!.Definition;
        if (await GrainFactory.QuestionAsync(definition.Order.Audience, definition.AudienceId, NowMs) is not { } question)
        {
            await Change(known => Logged(known! with { State = CampaignState.Paused, Note = "its saved audience is gone" }, "", "paused itself: its saved audience is gone"));
            return;
        }

        // What the saved audience asks, each customer checks again too.
        definition = definition with { Order = definition.Order with { Audience = question.Expression } };
        _expected = begun.Expected >= 0 ? null : GrainFactory.GetGrain<IAudienceQueryGrain>(0).Count([question]).AsTask();
        var run = new CampaignRun(GrainFactory, clock, definition, question, begun.Number, _current.Drivers);
        await run.LookAsync();
        _run = run;
        try
        {
            await Work(run, definition);
        }
        finally
        {
            await run.RestAsync();
        }

        if (_current is { State: CampaignState.Running } && (run.IsDone || NowMs >= definition.Order.EndsAtMs))
        {
            await Finish(run.IsDone ? "all had their turn" : "its end came before all had their turn");
        }
        else
        {
            await Change(Progress);
        }

        _run = null;
        if (_current.Running is null)
        {
            await run.ForgetAsync();
        }
    }

    private async Task Work(CampaignRun run, CampaignDefinition definition)
    {
        var savedAt = clock.GetTimestamp();
        while (_current is { State: CampaignState.Running } && !run.IsDone && !_isLeaving && NowMs < definition.Order.EndsAtMs)
        {
            DelayDeactivation(KeptFor);
            if (plans.Of(definition.Order, catalogs.Current, out var fault) is null)
            {
                await Change(known => Logged(Progress(known!) with { State = CampaignState.Paused, Note = fault }, "", $"paused itself: {fault}"));
                return;
            }

            var earlier = _current.Runs.Skip(1).Sum(static before => before.Counts.Contacted);
            await run.StepAsync(earlier, await ContactedBeforeToday(earlier + run.Counts.Contacted));
            _expected = _expected is { IsFaulted: true } ? GrainFactory.GetGrain<IAudienceQueryGrain>(0).Count([run.Question]).AsTask() : _expected;
            Show(Progress(_current));
            if (clock.GetElapsedTime(savedAt) >= SavePause)
            {
                await Change(Progress);
                savedAt = clock.GetTimestamp();
            }
        }
    }

    private Task Finish(string why) => Change(known =>
    {
        if (known is not { State: CampaignState.Running })
        {
            return null;
        }

        var ended = Ended(Progress(known));
        var run = ended.Runs[0];
        var due = ended.Definition.NextDue(run.DueAtMs, NowMs);
        var isOver = due is null || due >= ended.Definition.Order.EndsAtMs;
        var next = ended with { State = isOver ? CampaignState.Finished : CampaignState.Scheduled, NextDueAtMs = isOver ? null : due, Note = why };
        return Logged(next, "", $"run {run.Number} ended: {why}");
    });

    // What was contacted when the bank's day began: kept, so that the day's limit holds over a restart.
    private async ValueTask<long> ContactedBeforeToday(long contacted)
    {
        var day = catalogs.Current.Calendar.DayOf(NowMs);
        if (_current!.Day != day)
        {
            await Change(known => known! with { Day = day, ContactedBeforeDay = contacted });
        }

        return _current.ContactedBeforeDay;
    }

    [return: NotNullIfNotNull(nameof(known))]
    private CampaignRecord? Progress(CampaignRecord? known) => _run is null || known is null || known.Runs.IsEmpty
        ? known
        : known with
        {
            Runs = known.Runs.SetItem(0, known.Runs[0] with
            {
                Counts = _run.Counts,
                Rate = Math.Round(_run.Rate, 1),
                WaitingFor = _run.WaitingFor,
                Expected = _expected is { IsCompletedSuccessfully: true } ? _expected.Result.All : known.Runs[0].Expected,
            }),
        };

    private CampaignRecord Ended(CampaignRecord known) => known.Running is { } run
        ? known with { Runs = known.Runs.SetItem(0, run with { FinishedAtMs = NowMs, Rate = 0, WaitingFor = "" }) }
        : known;

    private CampaignRecord Logged(CampaignRecord known, string actor, string text) =>
        known with { Log = [new(NowMs, actor, text), .. known.Log.Take(MostLog - 1)] };

    private CampaignAnswer Answer(CampaignOutcome outcome) => new(outcome, Seen(), []);

    private CampaignRecord? Seen() => _current is null ? null : _current with { News = _news };

    // One change at a time: calls and the drive meet here. Null changes nothing.
    private async Task Change(Func<CampaignRecord?, CampaignRecord?> change)
    {
        await _changing.WaitAsync();
        try
        {
            if (change(_current) is not { } next)
            {
                return;
            }

            await stored.CommitAsync(new CampaignStored { Campaign = next }, GrainContext);
            Show(next);
            await GrainFactory.GetGrain<ICampaignListGrain>(ICampaignListGrain.Key).Note(EntryOf(next));
        }
        finally
        {
            _changing.Release();
        }
    }

    private CampaignEntry EntryOf(CampaignRecord campaign) => new(
        this.GetPrimaryKeyString(),
        campaign.State,
        campaign.Definition.IsTriggered && campaign.State == CampaignState.Running ? campaign.Definition.Order : null,
        campaign.Runs.FirstOrDefault()?.Number ?? 0);

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
