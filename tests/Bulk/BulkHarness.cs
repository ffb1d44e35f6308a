using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Zhice.Bulk.Import;
using Zhice.Catalogs;
using Zhice.Domain.Bulk;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;
using Zhice.Storage;
using Zhice.Storage.Backends;
using Zhice.Storage.Commits;
using Zhice.Storage.Customers;
using Zhice.Storage.Sqlite;
using Zhice.TestBank;

namespace Zhice.Bulk.Tests;

/// <summary>A store with nothing above it, and files to load into it.</summary>
internal sealed class BulkHarness : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private readonly string _folder = Directory.CreateTempSubdirectory("zhice-bulk-").FullName;
    private readonly Lazy<GroupCommitStorage> _storage;

    public BulkHarness(Func<Task<IBackend>>? open = null)
    {
        Serializer = _services.GetRequiredService<Serializer>();
        _storage = new(() =>
        {
            var storage = new GroupCommitStorage(
                open ?? (() => Task.FromResult<IBackend>(SqliteBackend.Open(Path.Combine(_folder, "store"), NullLogger.Instance))),
                new GroupCommitOptions(), Serializer, _services.GetRequiredService<IActivatorProvider>(), TimeProvider.System,
                NullLogger.Instance);
            storage.OpenAsync().GetAwaiter().GetResult();
            return storage;
        });
    }

    public static Catalog Catalog { get; } = CatalogCompiler.Compile(
        WithTagsOfAllTypes(SmallCatalog.Create()), SymbolTable.Empty, 1).Catalog!;

    public Serializer Serializer { get; }

    public GroupCommitStorage Storage => _storage.Value;

    public CustomerStates Customers => field ??= new(Storage, Serializer, TimeProvider.System);

    public string Folder => _folder;

    public string RejectPath => Path.Combine(_folder, "rejects.csv");

    public ConcurrentBag<string> Changed { get; } = [];

    public ImportCursor Last { get; private set; }

    public string[] Rejects => File.ReadAllLines(RejectPath)[1..];

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public ImportJob Job(string path, ImportMode mode = ImportMode.Changed) => new()
    {
        Path = path,
        Format = path.Contains(".parquet") ? BulkFormat.Parquet : path.Contains(".ndjson") ? BulkFormat.Ndjson : BulkFormat.Csv,
        Mode = mode,
        AsOf = Noon,
        Catalog = Catalog,
        RejectPath = RejectPath,
    };

    public Task<ImportCursor> LoadAsync(string path, ImportMode mode = ImportMode.Changed) => LoadAsync(Job(path, mode));

    public async Task<ImportCursor> LoadAsync(ImportJob job, CancellationToken cancellation = default)
    {
        using var run = new ImportRun(
            Customers,
            job,
            keys =>
            {
                foreach (var key in keys)
                {
                    Changed.Add(Encoding.UTF8.GetString(key));
                }

                return Task.CompletedTask;
            },
            cursor => Last = cursor,
            NullLogger.Instance);
        return await run.RunAsync(cancellation);
    }

    /// <summary>A file that another program wrote.</summary>
    public string Copy(string name) => Write(name, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Files", name)));

    /// <summary>A customer as the grain would find them.</summary>
    public async Task<GrainState<CustomerState>> FindAsync(string customerId)
    {
        var found = new GrainState<CustomerState>(new CustomerState());
        await Storage.ReadStateAsync("state", GrainId.Create("customer", customerId), found);
        return found;
    }

    /// <summary>The tags of a customer, as text: "age=35 job=1".</summary>
    public async Task<string> TagsOfAsync(string customerId)
    {
        var found = await FindAsync(customerId);
        var tags = new List<string>();
        foreach (var entry in found.State!.Tags)
        {
            var tag = Catalog.Tag(entry.Tag)!;
            tags.Add($"{tag.Id}={(tag.Type == TagType.Enum ? tag.EnumNames[(ushort)entry.Bits] : tag.Type == TagType.Decimal ? Decimal4.Format(entry.Bits) : entry.Text ?? $"{entry.Bits}")}");
        }

        return string.Join(' ', tags);
    }

    private static V1.Catalog WithTagsOfAllTypes(V1.Catalog catalog)
    {
        foreach (var (id, type) in (ReadOnlySpan<(string, V1.TagType)>)[
            ("points", V1.TagType.Integer), ("opened_at", V1.TagType.Time), ("vip", V1.TagType.Bool)])
        {
            catalog.Tags.Add(new V1.TagDefinition { TagId = id, DisplayName = id, SubclassId = "basics", Type = type });
        }

        return catalog;
    }

    public async ValueTask DisposeAsync()
    {
        if (_storage.IsValueCreated)
        {
            await Storage.DisposeAsync();
        }

        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
