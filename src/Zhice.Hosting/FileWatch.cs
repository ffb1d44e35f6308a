using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Zhice.Hosting;

/// <summary>Looks every few seconds whether files of certificates have changed, so that new ones need no restart.</summary>
internal sealed class FileWatch(IEnumerable<IReloadedFiles> files, TimeProvider clock, ILogger<FileWatch> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, string> _faults = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var each in files)
                {
                    Look(each);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private void Look(IReloadedFiles each)
    {
        if (each.TryReload(out var fault))
        {
            HostingLog.FilesReloaded(log, each.Name);
        }
        else if (fault.Length > 0 && _faults.GetValueOrDefault(each.Name) != fault)
        {
            HostingLog.FilesNotReloaded(log, each.Name, fault);
        }

        // A file that is half written is logged once, and so is one that stays wrong.
        _faults[each.Name] = fault;
    }
}
