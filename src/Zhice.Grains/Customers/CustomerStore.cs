using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Zhice.Domain.Customers;
using Zhice.Domain.Faults;

namespace Zhice.Grains.Customers;

/// <summary>
/// Reads and commits customers' states. It does what a persistent state of Orleans would, without the half kilobyte
/// that such an object takes of each customer; one call at a time is a customer's own business.
/// </summary>
internal sealed class CustomerStore([FromKeyedServices(GrainStorageNames.Zhice)] IGrainStorage storage)
{
    private const string StateName = "state";

    /// <summary>What the store has of a customer, and its version; for one never heard of, a new state and 0.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async Task<(CustomerState State, long Version)> ReadAsync(GrainId customer)
    {
        var read = new GrainState<CustomerState>();
        await storage.ReadStateAsync(StateName, customer, read);
        return (read.State ?? new(), VersionOf(read.ETag));
    }

    /// <summary>
    /// Writes the next state. When this throws, and unless the store refused it before anything was done, the activation
    /// goes: the outcome may be unknown, and the next activation reads what the store has.
    /// </summary>
    /// <returns>The version that it is.</returns>
    /// <exception cref="StoreOverloadedException">Refused: the store has too much to do.</exception>
    /// <exception cref="StockLeaseOverException">Refused: units of stock were taken out of a lease that is over.</exception>
    /// <exception cref="StoreUnavailableException">The store is away, or the outcome could not be settled.</exception>
    /// <exception cref="InconsistentStateException">Another activation was faster.</exception>
    public async Task<long> CommitAsync(IGrainContext customer, CustomerState next, long version)
    {
        var tag = version == 0 ? null : version.ToString(CultureInfo.InvariantCulture);
        var write = new GrainState<CustomerState>(next, tag) { RecordExists = version > 0 };
        try
        {
            await storage.WriteStateAsync(StateName, customer.GrainId, write);
            return VersionOf(write.ETag);
        }
        catch (Exception fault) when (fault is not (StoreOverloadedException or StockLeaseOverException))
        {
            customer.Deactivate(new(DeactivationReasonCode.ApplicationError, fault, "A write failed."));
            throw;
        }
    }

    private static long VersionOf(string? tag) => tag is null ? 0 : long.Parse(tag, CultureInfo.InvariantCulture);
}
