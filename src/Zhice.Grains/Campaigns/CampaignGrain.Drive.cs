using System.Diagnostics.CodeAnalysis;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Campaigns;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Campaigns;

/// <content>The drive of a run: from when it is due until all had their turn, its end has come, or it is told to wait.</content>
internal sealed partial class CampaignGrain
{
    private const int MaxRuns = 20;

    // A run keeps its campaign in memory, and is kept in the store so often.
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan SavePause = TimeSpan.FromSeconds(5);

    // Then it looks again what its saved audience is: a list that was replaced is forgotten after a week.
    private static readonly TimeSpan MaxDrive = TimeSpan.FromDays(1);

    // So long a customer who cannot be asked whether they were contacted holds up the next run.
    private static readonly TimeSpan MaxClose = TimeSpan.FromHours(1);

    private CampaignRun? _run;
    private bool _isSpent;
    private Task<AudienceCounts>? _expected;

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
            case { Leftover: { } ended }:
                await Forget(ended);
                return true;
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
            HasParts = !known.Definition.IsTriggered,
        };
        return Logged(known.With(run, MaxRuns) with { State = CampaignState.Running, NextDueAtMs = null }, "", $"run {run.Number} began");
    }

    private async Task DriveRun(CampaignRunRecord begun)
    {
        // A later activation has a higher number, by the version of what is kept: it alone drives.
        await Change(static known => known! with { Drivers = known.Drivers + 1 });
        var definition = _current!.Definition;
        var purpose = catalogs.Current.FindAction(definition.Order.ActionId)?.Purpose ?? Purpose.Marketing;
        if (await GrainFactory.QuestionAsync(definition.Order.Audience, definition.AudienceId, NowMs, purpose) is not { } question)
        {
            await Change(known =>
                Logged(
                    known!.Paused(NowMs) with { Note = "its saved audience was deleted" }, "",
                    "paused itself: its saved audience was deleted"));
            return;
        }

        // What the saved audience asks, each customer checks again too.
        definition = definition with { Order = definition.Order with { Audience = question.Expression, RunStartedAtMs = begun.StartedAtMs } };
        _expected = begun.Expected >= 0 ? null : GrainFactory.GetGrain<IAudienceQueryGrain>(0).Count([question]).AsTask();
        _isSpent = false;
        var run = _run = new CampaignRun(GrainFactory, clock, definition, question, begun.Number, _current.Drivers);
        try
        {
            await Work(run, definition);
        }
        finally
        {
            await run.RestAsync();
        }

        if (_current is { State: CampaignState.Running } && (run.IsDone || _isSpent || NowMs >= definition.Order.EndsAtMs))
        {
            await Finish(
                run.IsDone ? AllHadTheirTurn(run.Unreadable)
                    : _isSpent ? "its budget is used up"
                    : "its end came before all had their turn");
        }
        else
        {
            await Change(Progress);
        }

        _run = null;
    }

    // What was under way when it ended is counted, then its parts go: also when it was cancelled while it was paused, or the silo died at
    // its end.
    private async Task Forget(CampaignRunRecord ended)
    {
        // From then on no part takes orders of an earlier driver. After a crash some parts may be forgotten: what is kept knows more.
        await Change(static known => known! with { Drivers = known.Drivers + 1 });
        var givesUp = NowMs - ended.FinishedAtMs > MaxClose.TotalMilliseconds;
        var counts = await CampaignRun.CloseAsync(GrainFactory, this.GetPrimaryKeyString(), ended.Number, _current!.Drivers, givesUp);
        await Change(known => counts.Matched <= ended.Counts.Matched ? null
            : known! with { Runs = [.. known.Runs.Select(run => run.Number == ended.Number ? run with { Counts = counts } : run)] });
        await CampaignRun.ForgetAsync(GrainFactory, this.GetPrimaryKeyString(), ended.Number);
        await (stores?.Evaluations.ForgetRunsAsync(this.GetPrimaryKeyString(), ended.Number - MaxRuns) ?? Task.CompletedTask);
        await Change(known =>
            known! with { Runs = [.. known.Runs.Select(run => run.Number == ended.Number ? run with { HasParts = false } : run)] });
    }

    private static string AllHadTheirTurn(UnreadableCustomers but) => but.Count == 0
        ? "all had their turn"
        : $"all had their turn but {but.Count} whose states cannot be read: {string.Join(", ", but.CustomerIds)}{(but.Count > but.CustomerIds.Length ? ", …" : "")}";

    private async Task Work(CampaignRun run, CampaignDefinition definition)
    {
        var (savedAt, begunAt) = (clock.GetTimestamp(), clock.GetTimestamp());
        while (_current is { State: CampaignState.Running } && !run.IsDone && !_isLeaving && NowMs < definition.Order.EndsAtMs
            && _current.Definition.Order.PromotedArm == definition.Order.PromotedArm
            && clock.GetElapsedTime(begunAt) < MaxDrive)
        {
            DelayDeactivation(KeptFor);
            if (plans.Get(definition.Order, catalogs.Current, out var fault) is not { } plan)
            {
                await Change(known =>
                    Logged(Progress(known!).Paused(NowMs) with { Note = fault }, "", $"paused itself: {fault}"));
                return;
            }

            var earlier = _current.ContactedBefore;
            if (run.HasNothingUnderWay && earlier + run.Counts.Contacted >= definition.MaxContacts)
            {
                _isSpent = true;
                return;
            }

            await run.StepAsync(
                WaitsFor(plan), earlier,
                run.IsExact ? await ContactedBeforeToday(earlier + run.Counts.Contacted) : _current.ContactedBeforeDay);
            _expected = _expected is { IsFaulted: true }
                ? GrainFactory.GetGrain<IAudienceQueryGrain>(0).Count([run.Question]).AsTask()
                : _expected;
            Show(Progress(_current));
            if (clock.GetElapsedTime(savedAt) >= SavePause)
            {
                await Change(Progress);
                savedAt = clock.GetTimestamp();
            }
        }
    }

    // While nobody may be contacted in any of its placements, nobody is asked.
    private string WaitsFor(CampaignPlan plan) => plan.OpensAt(NowMs) switch
    {
        null => "its send window lies in the quiet hours of its channels",
        { } opens when opens > NowMs => $"its send window and the quiet hours of its channels, until {plan.Catalog.Calendar.Format(opens)}",
        _ => "",
    };

    private Task Finish(string why) => Change(known =>
    {
        if (known is not { State: CampaignState.Running })
        {
            return null;
        }

        var ended = Ended(Progress(known));
        var run = ended.Runs[0];
        var due = ended.Definition.NextDue(run.DueAtMs, NowMs);
        var isSpent = ended.ContactedBefore + run.Counts.Contacted >= ended.Definition.MaxContacts;
        var isOver = isSpent || due is null || due >= ended.Definition.Order.EndsAtMs;
        var next = ended with { State = isOver ? CampaignState.Finished : CampaignState.Scheduled, NextDueAtMs = isOver ? null : due, Note = why };
        return Logged(next, "", $"run {run.Number} ended: {why}");
    });

    // What was contacted when the bank's day began: kept, so that the day's limit holds over a restart.
    private async ValueTask<long> ContactedBeforeToday(long contacted)
    {
        var day = catalogs.Current.Calendar.GetDay(NowMs);
        if (_current!.Day != day)
        {
            await Change(known => known! with { Day = day, ContactedBeforeDay = contacted });
        }

        return _current.ContactedBeforeDay;
    }

    [return: NotNullIfNotNull(nameof(known))]
    private CampaignRecord? Progress(CampaignRecord? known) => _run is null || known?.Runs.FirstOrDefault()?.Number != _run.Number
        ? known
        : known with
        {
            Runs = known.Runs.SetItem(0, known.Runs[0] with
            {
                // After a crash, until all parts have said how far they are, what is kept knows more.
                Counts = _run.Counts.Matched < known.Runs[0].Counts.Matched ? known.Runs[0].Counts : _run.Counts,
                Rate = Math.Round(_run.Rate, 1),
                WaitingFor = _run.WaitingFor,
#pragma warning disable RS0030 // It has ended: nothing waits.
                Expected = _expected is { IsCompletedSuccessfully: true } ? _expected.Result.All : known.Runs[0].Expected,
#pragma warning restore RS0030
            }),
        };

    private CampaignRecord Ended(CampaignRecord known) => known.Running is { } run
        ? known with { Runs = known.Runs.SetItem(0, run with { FinishedAtMs = NowMs, Rate = 0, WaitingFor = "" }) }
        : known;
}
