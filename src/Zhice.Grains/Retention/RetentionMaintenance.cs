using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Grains.Audiences;
using Zhice.Storage.Backends;
using Zhice.Storage.Retention;

namespace Zhice.Grains.Retention;

/// <summary>
/// Has the store, and those who keep lists, forget what is too old, soon after the start and each hour. Every silo asks; one at a time does
/// it. What fails is done an hour later, long before anything needs it.
/// </summary>
/// <param name="options">How long what is kept.</param>
/// <param name="clock">The time.</param>
/// <param name="log">Where to log what failed.</param>
/// <param name="lists">Forgets uploaded lists.</param>
/// <param name="stores">The store; null in a silo whose storage is another.</param>
internal sealed class RetentionMaintenance(
    ZhiceGrainsOptions options, TimeProvider clock, ILogger<RetentionMaintenance> log, ListForgetting lists,
    IStores? stores = null) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var pause = First; stores is not null; pause = Every)
            {
                await Task.Delay(pause, clock, stoppingToken);
                await KeepAsync(stores);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task KeepAsync(IStores stores)
    {
        try
        {
            var now = clock.GetUtcNow();
            if (await stores.Retention.KeepAsync(
                new() { LedgerDays = options.LedgerDays, EvaluationDays = options.EvaluationDays, FactDays = options.FactDays }, now))
            {
                await lists.ForgetAsync(now);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            GrainsLog.OldNotForgotten(log, fault);
        }
    }
}
