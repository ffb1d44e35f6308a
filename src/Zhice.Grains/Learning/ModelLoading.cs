using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Learning;

namespace Zhice.Grains.Learning;

/// <summary>Brings what was learned into this silo's ranking, for each action that a catalogue brings.</summary>
internal sealed class ModelLoading(IGrainFactory grains, ICatalogs catalogs, ILogger<ModelLoading> logger) : BackgroundService
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
            foreach (var action in catalog.Actions)
            {
                while (!loaded.Contains(action.Id) && !await TryLoadAsync(action.Id))
                {
                    await Task.Delay(Pause, stoppingToken);
                }

                loaded.Add(action.Id);
            }
        }
    }

    private async Task<bool> TryLoadAsync(string actionId)
    {
        try
        {
            await grains.GetGrain<ILearnerGrain>(actionId).Load();
            return true;
        }
        catch (Exception fault)
        {
            GrainsLog.ModelNotLoaded(logger, actionId, fault);
            return false;
        }
    }
}
