using System.Collections.Immutable;
using Zhice.Bulk;
using Zhice.Bulk.Import;
using Zhice.Contracts.Bulk;
using Zhice.Contracts.Catalogs;
using Zhice.Grains.Customers;
using Zhice.Grains.Spreading;

namespace Zhice.Grains.Bulk;

/// <summary>The other silos' way to this one's files, workers and loaded customers.</summary>
[GrainType("bulksilo"), SiloAddressPlacement]
internal sealed class BulkSiloGrain(BulkFolder folder, BulkWorkers workers, LoadedCustomers customers, ICatalogs catalogs)
    : Grain, IBulkSiloGrain
{
    private const int ChunkBytes = 1 << 20;

    public ValueTask<bool> HasFile(string name) => ValueTask.FromResult(folder.Has(name));

    public ValueTask Start(BulkRecord record)
    {
        workers.Start(record);
        return ValueTask.CompletedTask;
    }

    public ValueTask Stop(string operationId)
    {
        workers.Stop(operationId);
        return ValueTask.CompletedTask;
    }

    public async ValueTask Reload(ulong[] ids) => await customers.ReloadAsync(ids);

    public async ValueTask<byte[]?> ReadFile(string name, long offset) => await folder.ReadAsync(name, offset, ChunkBytes);

    public async Task<ImmutableArray<SearchedFile>> FindFiles(string customerId)
    {
        // Reading gigabytes is none of a grain's turn.
        var found = await Task.Run(() => FileSearch.Find(folder, customerId, catalogs.Current));
        return [.. found.Select(static file => new SearchedFile(file.Name, file.HasCustomer))];
    }

    public ValueTask Discard(string name)
    {
        folder.Discard(name);
        return ValueTask.CompletedTask;
    }
}
