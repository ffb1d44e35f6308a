using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Learning;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Learning;
using Zhice.Domain.Learning.Histories;
using Zhice.Domain.Primitives;
using Zhice.Grains.Spreading;

namespace Zhice.Grains.Learning;

/// <summary>
/// Learns who accepts an action. What it learned is in this silo's ranking at once, and within 2 seconds in the store
/// and on the board for the others: a crash costs at most the lessons of those, never an event. Learners are spread over the
/// silos by the hashes of their actions' ids.
/// </summary>
[GrainType("learner"), BucketPlacement]
internal sealed class LearnerGrain(
    [PersistentState("model", GrainStorageNames.Zhice)] IPersistentState<LearnedModel> stored,
    LearnerServices services,
    SpreadGrains spread,
    ILogger<LearnerGrain> logger) : SpreadGrain(spread), ILearnerGrain
{
    private const int LessonsBetweenLooks = 100;

    private static readonly TimeSpan SavingPeriod = TimeSpan.FromSeconds(1);

    private ActionLearning _learning = new();
    private LearningHistory _history = LearningHistory.Empty;
    private long _savedChanges;
    private long _publishedVersion;

    // The features of lessons that are not published; null: what was published is of another model.
    private HashSet<uint>? _unpublished = [];
    private bool _isEtagInDoubt;
    private (int Day, long Looks) _lookedAt;
    private (int Day, ScoreFindings Findings) _alarm;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _history = ReadHistory();
        try
        {
            _learning = stored.State.ToLearning();
        }
        catch (FormatException fault)
        {
            GrainsLog.ModelUnreadable(logger, this.GetPrimaryKeyString(), fault);
            (_learning, _history) = (new() { Version = stored.State.Version + 1 }, _history.Restarted());
        }

        (_savedChanges, _publishedVersion) = (_learning.Changes, _learning.Version);
        this.RegisterGrainTimer(SaveAndPublish, new GrainTimerCreationOptions(SavingPeriod, SavingPeriod));
        Use();
        return base.OnActivateAsync(cancellationToken);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await base.OnDeactivateAsync(reason, cancellationToken);
        await SaveAndPublish();
    }

    public ValueTask Learn(Lesson lesson)
    {
        Take(lesson);
        return ValueTask.CompletedTask;
    }

    public ValueTask LearnAll(ImmutableArray<Lesson> lessons)
    {
        foreach (var lesson in lessons)
        {
            Take(lesson);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask TakeLessons(ImmutableArray<Lesson> lessons) => LearnAll(lessons);

    public ValueTask<ModelSnapshot?> Load()
    {
        Use();
        return ValueTask.FromResult(_learning.Version == 0 ? null : Snapshot());
    }

    public ValueTask<byte[]?> LoadChallenger() => ValueTask.FromResult(_learning.Challenger?.ToBytes());

    public ValueTask<LearnerReport> Describe() => ValueTask.FromResult(Report());

    public ValueTask<ModelCard> DescribeCard() => ValueTask.FromResult(new ModelCard(
        this.GetPrimaryKeyString(),
        _learning.Version,
        _learning.IsFrozen,
        services.Attribution.Length,
        Describe(_learning.Champion, _learning.Score, _history.Champion),
        _learning.Challenger is { } challenger ? Describe(challenger, _learning.ChallengerScore, _history.Challenger) : null,
        _history.Events));

    public ValueTask<ScoreHistoryReport> DescribeHistory()
    {
        var days = _learning.Days.Days;
        return ValueTask.FromResult(new ScoreHistoryReport(
            [.. days.Select((day, place) => new ScoredDay(
                day.Day, day.Lessons, day.Acceptances, day.Weight, day.AcceptedWeight, day.PredictedWeight, day.Auc,
                ScoreShift.OfDay(days, place)))],
            ScoreShift.Recent(days, Today()))
        {
            Calibration = CalibrationPoint.Recent(days, Today()),
        });
    }

    public ValueTask<LearnerReport> SetFrozen(bool isFrozen, string actor) => isFrozen == _learning.IsFrozen
        ? Describe()
        : Change(_learning.With(isFrozen), isFrozen ? ModelEventKind.Frozen : ModelEventKind.Unfrozen, actor, replaced: null);

    public ValueTask<LearnerReport> StartChallenger(ModelSettings settings, string actor) =>
        Change(_learning.With(new BayesianModel(settings), new()), ModelEventKind.Challenged, actor, CheckChallenger());

    public async ValueTask<LearnerReport?> PromoteChallenger(string actor) => _learning.Challenger is null
        ? null
        : await Change(_learning.Promoted(), ModelEventKind.Promoted, actor, ModelChecks.Of(_learning.Champion, _learning.Score));

    private LearningHistory ReadHistory()
    {
        try
        {
            return stored.State.ToHistory();
        }
        catch (FormatException fault)
        {
            GrainsLog.ModelHistoryUnreadable(logger, this.GetPrimaryKeyString(), fault);
            return LearningHistory.Empty;
        }
    }

    private BankAction? FindAction() => services.Catalogs.Current.FindAction(this.GetPrimaryKeyString());

    private void Take(Lesson lesson)
    {
        if (!lesson.Features.IsDefaultOrEmpty && FindAction() is { Purpose: Purpose.Marketing } action)
        {
            _history = _history.After(_learning, lesson.Kind, NowMs(), services.Catalogs.Current.Version);
            _learning.Learn(action.PriorPropensity, lesson.Features.AsSpan(), lesson.Kind, LearningRules.GetShare(lesson.Place), Today());
            services.Models.Follow(action.Number, _learning.Champion, _learning.Version, lesson.Features.AsSpan());
            _unpublished?.UnionWith(lesson.Features);
        }
    }

    private void Use()
    {
        if (_learning.Version > 0 && FindAction() is { Purpose: Purpose.Marketing } action)
        {
            _learning.KeepPrior(action.PriorPropensity);
            services.Models.Use(action.Number, _learning.Champion, _learning.Version);
        }
    }

    private int Today() => services.Catalogs.Current.Calendar.GetDay(NowMs());

    // The alarm of a finding is raised once a day.
    private void WatchScores()
    {
        var today = Today();
        if (_learning.Days.Days is not [.., { Day: var last }] || (last, _learning.Days.Days[^1].Lessons / LessonsBetweenLooks) == _lookedAt)
        {
            return;
        }

        _lookedAt = (last, _learning.Days.Days[^1].Lessons / LessonsBetweenLooks);
        var findings = ScoreShift.Recent(_learning.Days.Days, today).Findings;
        if (findings != ScoreFindings.None && _alarm != (today, findings))
        {
            services.Alarms.Raise(this.GetPrimaryKeyString(), findings);
        }

        _alarm = (today, findings);
    }

    private long NowMs() => services.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private ModelChecks? CheckChallenger() =>
        _learning.Challenger is { } challenger ? ModelChecks.Of(challenger, _learning.ChallengerScore) : null;

    private async ValueTask<LearnerReport> Change(ActionLearning next, ModelEventKind kind, string? actor, ModelChecks? replaced)
    {
        var (before, history) = (_learning, _history);
        (_learning, _unpublished) = (next, null);
        var model = kind == ModelEventKind.Challenged ? CheckChallenger()! : ModelChecks.Of(next.Champion, next.Score);

        // A silo of the release before gives no name.
        _history = history.After(
            new ModelEvent(kind, NowMs(), actor ?? "", next.Version, services.Catalogs.Current.Version, model, replaced));
        try
        {
            await Save();
        }
        catch
        {
            // The store may have it: the next save, of what holds here, settles it.
            (_learning, _history) = (before.With(before.IsFrozen), history);
            throw;
        }

        Use();
        await Publish();
        return Report();
    }

    private async Task SaveAndPublish()
    {
        try
        {
            await Save();
        }
        catch (Exception fault) when (fault is not Orleans.Storage.InconsistentStateException)
        {
            // What was learned is never given up for a store that is away: the model stays, and the next tick tries again.
            GrainsLog.ModelNotSaved(logger, this.GetPrimaryKeyString(), fault);
            return;
        }

        WatchScores();
        await Publish();
    }

    private async Task Save()
    {
        var changes = _learning.Changes;
        if (changes == _savedChanges)
        {
            return;
        }

        if (_isEtagInDoubt)
        {
            await stored.ReadStateAsync();
        }

        _isEtagInDoubt = true;
        stored.State = LearnedModel.From(_learning, _history);
        await stored.WriteStateAsync();
        (_isEtagInDoubt, _savedChanges) = (false, changes);
    }

    // Only what is durable is told to others, so that no silo ranks with more than a restart would find.
    private async Task Publish()
    {
        if (_learning.Version == _publishedVersion)
        {
            return;
        }

        try
        {
            var (board, version) = (GrainFactory.GetGrain<IModelBroadcastGrain>(IModelBroadcastGrain.Key), _learning.Version);
            await (_unpublished is { } features
                ? board.PublishStep(
                    new(this.GetPrimaryKeyString(), _publishedVersion, version, ModelStepCodec.ToBytes(_learning.Champion, features)))
                : board.Publish(Snapshot()));
            (_publishedVersion, _unpublished) = (version, []);
        }
        catch (Exception fault)
        {
            // Perhaps by a board of an older silo, that takes whole models alone.
            _unpublished = null;
            GrainsLog.ModelNotPublished(logger, this.GetPrimaryKeyString(), fault);
        }
    }

    private ModelSnapshot Snapshot() => new(this.GetPrimaryKeyString(), _learning.Version, _learning.Champion.ToBytes());

    private LearnerReport Report() => new(
        this.GetPrimaryKeyString(),
        _learning.Version,
        _learning.IsFrozen,
        CreateReport(_learning.Champion, _learning.Score),
        _learning.Challenger is { } challenger ? CreateReport(challenger, _learning.ChallengerScore) : null);

    private static ModelDescription Describe(BayesianModel model, ProgressiveScore score, LessonTally lessons) =>
        new(ModelChecks.Of(model, score), model.Prior, model.FeatureCount, lessons);

    private static ModelReport CreateReport(BayesianModel model, ProgressiveScore score) =>
        new(model.Settings, model.Learned, score.LogLoss, score.Auc, score.CalibrationError);
}
