using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Learning;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Learning;

namespace Zhice.Grains.Learning;

/// <summary>Brings what was learned into this silo's ranking, for each action that a catalogue brings.</summary>
internal sealed class ModelLoading(IGrainFactory grains, ICatalogs catalogs, PropensityModels models, ILogger<ModelLoading> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var loaded = new HashSet<string>();
        for (var version = 1L; ; version++)
        {
            await catalogs.WaitForAsync(version, stoppingToken);
            var catalog = catalogs.Current;
            version = catalog.Version;
            while (true)
            {
                // One whose learner does not answer holds up none behind it.
                var left = catalog.Actions.Where(action => !loaded.Contains(action.FirstId)).ToList();
                foreach (var action in left)
                {
                    if (await TryLoadAsync(action))
                    {
                        loaded.Add(action.FirstId);
                    }
                }

                if (left.TrueForAll(action => loaded.Contains(action.FirstId)))
                {
                    break;
                }

                await Task.Delay(Pause, stoppingToken);
            }
        }
    }

    private async Task<bool> TryLoadAsync(BankAction action)
    {
        try
        {
            if (await grains.GetGrain<ILearnerGrain>(action.FirstId).Load() is { } snapshot)
            {
                models.Offer(action.Number, snapshot.Version, snapshot.Bytes);
            }

            return true;
        }
        catch (Exception fault)
        {
            GrainsLog.ModelNotLoaded(logger, action.Id, fault);
            return false;
        }
    }
}
