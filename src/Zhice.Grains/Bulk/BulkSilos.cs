using Microsoft.Extensions.Logging;
using Zhice.Contracts.Bulk;

namespace Zhice.Grains.Bulk;

/// <summary>The silos of the cluster, as bulk data speaks to them.</summary>
internal sealed class BulkSilos(ILocalSiloDetails here, ISiloStatusOracle oracle, IGrainFactory grains, ILogger<BulkSilos> log)
{
    /// <summary>The address of this silo.</summary>
    public string Here { get; } = here.SiloAddress.ToParsableString();

    /// <summary>The addresses of all silos that run.</summary>
    public IReadOnlyList<string> Active =>
        [.. oracle.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(silo => silo.ToParsableString())];

    public IBulkSiloGrain GetSilo(string silo) => grains.GetGrain<IBulkSiloGrain>(silo);

    /// <summary>Asks a silo; the default when it does not answer, for it may be going.</summary>
    public async Task<T?> TryAsync<T>(string silo, Func<IBulkSiloGrain, ValueTask<T>> ask)
    {
        try
        {
            return await ask(GetSilo(silo));
        }
        catch (Exception fault) when (fault is OrleansException or TimeoutException or OperationCanceledException)
        {
            GrainsLog.BulkSiloSilent(log, silo, fault);
            return default;
        }
    }

    /// <summary>Tells a silo; false when it does not answer.</summary>
    public Task<bool> TryAsync(string silo, Func<IBulkSiloGrain, ValueTask> tell) => TryAsync(silo, async grain =>
    {
        await tell(grain);
        return true;
    });
}
