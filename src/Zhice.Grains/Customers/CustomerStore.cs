using System.Diagnostics.CodeAnalysis;
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

    /// <summary>
    /// What the store has of a customer, packed as <see cref="CustomerStateCodec"/> does it, and its version; for one never heard of, null and 0.
    /// </summary>
    /// <exception cref="FormatException">It is not a state's bytes, or those of a newer format; a damaged part says so when it is read.</exception>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async Task<(byte[]? Packed, long Version)> ReadAsync(GrainId customer)
    {
        var read = new GrainState<CustomerStateSurrogate>();
        await storage.ReadStateAsync(StateName, customer, read);
        if (!read.RecordExists)
        {
            return (null, 0);
        }

        CustomerStateCodec.Check(read.State.Bytes);
        return (read.State.Bytes, CustomerWrite.ParseVersion(read.ETag));
    }

    /// <summary>
    /// Writes a state. When this throws, and unless the store refused it before anything was done, the activation is to go:
    /// the outcome may be unknown, and the next activation reads what the store has.
    /// </summary>
    /// <exception cref="StoreOverloadedException">Refused: the store has too much to do.</exception>
    /// <exception cref="StockLeaseOverException">Refused: units of stock were taken out of a lease that is over.</exception>
    /// <exception cref="StoreUnavailableException">The store is away, or the outcome could not be settled.</exception>
    /// <exception cref="InconsistentStateException">Another activation was faster.</exception>
    public Task WriteAsync(GrainId customer, CustomerWrite write) => storage.WriteStateAsync(StateName, customer, write);
}

/// <summary>The next state of a customer, on its way to the store.</summary>
/// <param name="next">The state.</param>
/// <param name="version">The version that it takes the place of; 0 for none.</param>
internal sealed class CustomerWrite(CustomerState next, long version) : IGrainState<CustomerState>
{
    [AllowNull]
    public CustomerState State { get; set; } = next;

    public string? ETag { get; set; } = version == 0 ? null : version.ToString(CultureInfo.InvariantCulture);

    public bool RecordExists { get; set; } = version > 0;

    /// <summary>The version that the store has, once it is written.</summary>
    public long Version => ParseVersion(ETag);

    /// <summary>The version that a tag of the store says; 0 for none.</summary>
    public static long ParseVersion(string? tag) => tag is null ? 0 : long.Parse(tag, CultureInfo.InvariantCulture);
}
