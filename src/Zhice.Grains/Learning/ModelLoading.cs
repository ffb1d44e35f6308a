using Microsoft.Extensions.Hosting;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Learning;

namespace Zhice.Grains.Learning;

/// <summary>Brings what was learned into this silo's ranking, for each action that a catalogue brings.</summary>
internal sealed class ModelLoading(IGrainFactory grains, ICatalogs catalogs) : BackgroundService
{
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
                if (loaded.Add(action.Id))
                {
                    await grains.GetGrain<ILearnerGrain>(action.Id).Load();
                }
            }
        }
    }
}
