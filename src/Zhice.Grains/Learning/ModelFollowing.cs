using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Learning;
using Zhice.Domain.Learning;

namespace Zhice.Grains.Learning;

/// <summary>Brings into this silo's ranking what is learned on others, within 2 seconds of the lesson.</summary>
internal sealed class ModelFollowing(
    IGrainFactory grains, ICatalogs catalogs, PropensityModels models, IHostApplicationLifetime lifetime, ILogger<ModelFollowing> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, bool> _missing = new(StringComparer.Ordinal);
    private Task _loading = Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The silo may be stopped before this service is, and would wait for the call.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        var place = BroadcastPosition.None;
        try
        {
            await catalogs.WaitUntilKnownAsync(stopping.Token);
            while (!stopping.IsCancellationRequested)
            {
                try
                {
                    var news = await NewsAsync(place, stopping.Token);
                    if (place.Epoch != news.Place.Epoch && place != BroadcastPosition.None)
                    {
                        // A board that began anew may have lost what was pinned and not yet read: the learners have it.
                        Miss(catalogs.Current.Actions.Select(static action => action.FirstId));
                    }

                    foreach (var snapshot in news.Snapshots)
                    {
                        Take(snapshot);
                    }

                    Miss((news.Steps.IsDefault ? [] : news.Steps).Where(step => !TryTake(step)).Select(static step => step.ActionId));
                    place = news.Place;
                    _loading = _loading.IsCompleted ? LoadMissingAsync() : _loading;
                }
                catch (Exception fault) when (!stopping.IsCancellationRequested)
                {
                    GrainsLog.ModelBoardSilent(logger, fault);
                    await Task.Delay(Pause, stopping.Token);
                }
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
        }
    }

    // A board on a silo of the release before has no steps.
    private async Task<ModelUpdate> NewsAsync(BroadcastPosition place, CancellationToken stopping)
    {
        var board = grains.GetGrain<IModelBroadcastGrain>(IModelBroadcastGrain.Key);
        try
        {
            return await board.WaitForSteps(place, stopping);
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            return await board.WaitForNews(place, stopping);
        }
    }

    private void Miss(IEnumerable<string> actionIds)
    {
        foreach (var actionId in actionIds)
        {
            _missing[actionId] = true;
        }
    }

    // Beside the news, which waits for no learner; one that does not answer is asked again later. It never throws.
    private Task LoadMissingAsync() => Task.WhenAll(_missing.Keys.Select(async actionId =>
    {
        try
        {
            _missing.TryRemove(actionId, out _);
            if (await grains.GetGrain<ILearnerGrain>(actionId).Load() is { } snapshot)
            {
                Take(snapshot);
            }
        }
        catch (Exception fault)
        {
            GrainsLog.ModelNotLoaded(logger, actionId, fault);
            _missing[actionId] = true;
        }
    }));

    // An action that this silo's catalogue does not have yet is loaded when it does.
    private bool TryTake(ModelStep step)
    {
        try
        {
            return catalogs.Current.FindAction(step.ActionId) is not { } action
                || models.OfferStep(action.Number, step.From, step.Version, step.Bytes);
        }
        catch (FormatException fault)
        {
            GrainsLog.ModelUnreadable(logger, step.ActionId, fault);
            return false;
        }
    }

    private void Take(ModelSnapshot snapshot)
    {
        try
        {
            if (catalogs.Current.FindAction(snapshot.ActionId) is { } action)
            {
                models.Offer(action.Number, snapshot.Version, snapshot.Bytes);
            }
        }
        catch (FormatException fault)
        {
            // It is what the learner has: others are not kept from theirs.
            GrainsLog.ModelUnreadable(logger, snapshot.ActionId, fault);
        }
    }
}
