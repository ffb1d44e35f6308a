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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The silo may be stopped before this service is, and would wait for the call.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        var place = BoardPlace.None;
        try
        {
            await catalogs.WaitUntilKnownAsync(stopping.Token);
            while (!stopping.IsCancellationRequested)
            {
                try
                {
                    var news = await grains.GetGrain<IModelBoardGrain>(IModelBoardGrain.Key).WaitForNews(place, stopping.Token);
                    if (place.Epoch != news.Place.Epoch && place != BoardPlace.None)
                    {
                        await LoadAllAsync();
                    }

                    foreach (var snapshot in news.Snapshots)
                    {
                        Take(snapshot);
                    }

                    place = news.Place;
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

    // A board that began anew may have lost what was pinned and not yet read: the learners have it.
    private async Task LoadAllAsync()
    {
        foreach (var action in catalogs.Current.Actions)
        {
            if (await grains.GetGrain<ILearnerGrain>(action.FirstId).Load() is { } snapshot)
            {
                Take(snapshot);
            }
        }
    }

    private void Take(ModelSnapshot snapshot)
    {
        // An action that this silo's catalogue does not have yet is loaded when it does.
        if (catalogs.Current.FindAction(snapshot.ActionId) is { } action)
        {
            models.Offer(action.Number, snapshot.Version, snapshot.Bytes);
        }
    }
}
