using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Erasures;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Erasures;

/// <summary>Takes up erasures that broke off: soon after the start, and each few minutes. Every silo asks; one grain does it.</summary>
internal sealed class ErasureResuming(IStores stores, IGrainFactory grains, TimeProvider clock, ILogger<ErasureResuming> log)
    : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var pause = First; ; pause = Every)
            {
                await Task.Delay(pause, clock, stoppingToken);
                await ResumeAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task ResumeAsync()
    {
        try
        {
            foreach (var request in await stores.Erasures.ListOpenAsync(AtOnce))
            {
                await grains.GetGrain<IErasureGrain>(request.CustomerId!).Erase(request.RequestId, request.Actor, request.Reason);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            GrainsLog.ErasuresNotResumed(log, fault);
        }
    }
}
