using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Learning;
using Zhice.Domain.Learning;

namespace Zhice.Grains.Learning;

/// <summary>
/// Learns who accepts an action. What it learned is in the ranking at once and in the store within 2 seconds: a crash
/// costs at most the lessons of those, never an event.
/// </summary>
[GrainType("learner"), PreferLocalPlacement]
internal sealed class LearnerGrain(
    [PersistentState("model", GrainStorageNames.Zhice)] IPersistentState<LearnedModel> stored,
    ICatalogs catalogs,
    PropensityModels models,
    ILogger<LearnerGrain> logger) : Grain, ILearnerGrain
{
    private static readonly TimeSpan SavingPeriod = TimeSpan.FromSeconds(1);

    private PropensityModel _model = new();
    private long _saved;
    private bool _isEtagInDoubt;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _model = stored.State.Bytes.Length == 0 ? new() : PropensityModel.FromBytes(stored.State.Bytes);
        _saved = _model.Learned;
        this.RegisterGrainTimer(Save, new GrainTimerCreationOptions(SavingPeriod, SavingPeriod));
        return Load().AsTask();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        Save();

    public ValueTask Learn(Lesson lesson)
    {
        if (catalogs.Current.ActionsById.GetValueOrDefault(this.GetPrimaryKeyString()) is { } action)
        {
            _model.Learn(action.PriorPropensity, lesson.Features.AsSpan(), lesson.IsAccepted);
            models.Use(action.Number, _model);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask Load()
    {
        if (_model.Learned > 0 && catalogs.Current.ActionsById.GetValueOrDefault(this.GetPrimaryKeyString()) is { } action)
        {
            models.Use(action.Number, _model);
        }

        return ValueTask.CompletedTask;
    }

    private async Task Save()
    {
        var learned = _model.Learned;
        if (learned == _saved)
        {
            return;
        }

        try
        {
            if (_isEtagInDoubt)
            {
                await stored.ReadStateAsync();
            }

            // What was learned is never given up for a store that is away: the model stays, and the next tick tries again.
            _isEtagInDoubt = true;
            stored.State = new LearnedModel { Bytes = _model.ToBytes() };
            await stored.WriteStateAsync();
            (_isEtagInDoubt, _saved) = (false, learned);
        }
        catch (Exception fault) when (fault is not Orleans.Storage.InconsistentStateException)
        {
            GrainsLog.ModelNotSaved(logger, this.GetPrimaryKeyString(), fault);
        }
    }
}

/// <summary>A model as <see cref="PropensityModel.ToBytes"/> writes it; empty: nothing was learned.</summary>
[GenerateSerializer, Alias("zhice.learned-model")]
internal sealed class LearnedModel
{
    [Id(0)]
    public byte[] Bytes { get; init; } = [];
}
