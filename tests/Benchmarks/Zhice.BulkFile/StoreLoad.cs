using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Zhice.Bulk;
using Zhice.Bulk.Import;
using Zhice.Catalogs;
using Zhice.Domain.Bulk;
using Zhice.Domain.Primitives;
using Zhice.Postgres;
using Zhice.Storage;
using Zhice.Storage.Commits;
using Zhice.Storage.Customers;
using Zhice.Storage.Postgres;

namespace Zhice.BulkFile;

/// <summary>Loads a file into PostgreSQL with no silo, to see what the load alone costs.</summary>
internal static class StoreLoad
{
    public static async Task RunAsync(string connection, V1.Catalog definition, string path)
    {
        var catalog = CatalogCompiler.Compile(definition, SymbolTable.Empty, 1).Catalog
            ?? throw new InvalidOperationException("The catalogue has faults.");
        await using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        await using var storage = new GroupCommitStorage(
            async () =>
                await PostgresBackend.OpenAsync(new PostgresStore(connection, $"load_{Path.GetExtension(path)[1..]}"), NullLogger.Instance),
            new GroupCommitOptions(), serializer, services.GetRequiredService<IActivatorProvider>(), TimeProvider.System,
            NullLogger.Instance);
        await storage.OpenAsync();
        var rejects = Path.GetTempFileName();
        var job = new ImportJob
        {
            Path = path,
            Format = path.EndsWith(".parquet", StringComparison.Ordinal) ? BulkFormat.Parquet : BulkFormat.Csv,
            Mode = ImportMode.Changed,
            AsOf = DateTimeOffset.UtcNow,
            Catalog = catalog,
            RejectPath = rejects,
        };
        using var run = new ImportRun(
            new CustomerStates(storage, serializer, TimeProvider.System), job, _ => Task.CompletedTask, _ => { }, NullLogger.Instance);
        var clock = Stopwatch.StartNew();
        var done = await run.RunAsync(default);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        Console.WriteLine(
            $"{done.Loaded} loaded, {done.Rejected} rejected in {clock.Elapsed.TotalSeconds:0.0} s: {done.Rows / clock.Elapsed.TotalSeconds:0}/s; this process took {cpu.TotalMicroseconds / Math.Max(done.Rows, 1):0.0} us of CPU a customer.");
        File.Delete(rejects);
    }
}
