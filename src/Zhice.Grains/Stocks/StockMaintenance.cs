using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Zhice.Grains.Stocks;

/// <summary>
/// Every few seconds gives back what nobody needs here, so that left-overs find their buyers on other silos, and what silos
/// that are gone had leased; on the way out gives back all.
/// </summary>
internal sealed class StockMaintenance(StockLeasePool shelf, TimeProvider clock, ILogger<StockMaintenance> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    // Longer than a store may be away without silos losing what they lease; a lease that goes too early is refused, never oversold.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryAsync(() => shelf.KeepAsync(Idle, Silence));
            }
        }
        catch (OperationCanceledException)
        {
            await TryAsync(shelf.ReturnAsync);
        }
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault)
        {
            GrainsLog.StockNotKept(log, fault);
        }
    }
}
