using Microsoft.Extensions.Logging;
using Zhice.Contracts.Audiences;

namespace Zhice.Grains.Audiences;

/// <summary>The silos of the cluster, as audiences speak to them.</summary>
internal sealed class AudienceSilos(ISiloStatusOracle oracle, IGrainFactory grains, ILogger<AudienceSilos> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The addresses of all silos that run.</summary>
    public IReadOnlyList<string> Active =>
        [.. oracle.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(static silo => silo.ToParsableString())];

    /// <summary>Tells all silos; each is told again until it has heard, or has gone.</summary>
    public Task NotifyAllAsync(Func<IAudienceSiloGrain, ValueTask> tell) => Task.WhenAll(Active.Select(silo => NotifyAsync(silo, tell)));

    /// <summary>Tells a silo until it has heard, or has gone.</summary>
    public async Task NotifyAsync(string silo, Func<IAudienceSiloGrain, ValueTask> tell)
    {
        while (Active.Contains(silo))
        {
            try
            {
                await tell(grains.GetGrain<IAudienceSiloGrain>(silo));
                return;
            }
            catch (Exception fault) when (fault is OrleansException or TimeoutException or OperationCanceledException)
            {
                GrainsLog.AudienceSiloSilent(log, silo, fault);
                await Task.Delay(Pause);
            }
        }
    }
}
