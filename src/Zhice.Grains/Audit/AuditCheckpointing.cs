using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Zhice.Grains.Audit;

/// <summary>
/// Looks each minute whether a checkpoint is due. Every silo does, and of two that make the same one the store keeps the first.
/// </summary>
internal sealed class AuditCheckpointing(AuditCheckpoints checkpoints, TimeProvider clock, ILogger<AuditCheckpointing> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, clock, stoppingToken);
                await KeepAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task KeepAsync()
    {
        try
        {
            await checkpoints.KeepAsync();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            GrainsLog.CheckpointNotMade(log, fault);
        }
    }
}
