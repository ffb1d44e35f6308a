using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Zhice.Storage.Backends;
using Zhice.Storage.Commits;
using Zhice.Storage.Encryption;
using Zhice.Storage.Sqlite;

namespace Zhice.Storage.Tests;

/// <summary>The storage as grains see it, on SQLite, without a silo.</summary>
internal sealed class StorageHarness : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public StorageHarness(
        string folder, Func<IBackend, IBackend>? around = null, StateCipher? cipher = null, Func<Task<IBackend>>? open = null)
    {
        Storage = new GroupCommitStorage(
            open ?? (() => Task.FromResult((around ?? (static store => store))(SqliteBackend.Open(folder, NullLogger.Instance)))),
            new GroupCommitOptions { SettlePause = TimeSpan.Zero },
            _services.GetRequiredService<Serializer>(),
            _services.GetRequiredService<IActivatorProvider>(),
            TimeProvider.System,
            NullLogger.Instance,
            cipher);
        Storage.OpenAsync().GetAwaiter().GetResult();
    }

    public GroupCommitStorage Storage { get; }

    public static GrainId Customer(string id) => GrainId.Create("customer", id);

    public async Task<GrainState<Counter>> ReadAsync(GrainId grain)
    {
        var state = new GrainState<Counter>(new Counter());
        await Storage.ReadStateAsync("state", grain, state);
        return state;
    }

    public Task WriteAsync(GrainId grain, GrainState<Counter> state) => Storage.WriteStateAsync("state", grain, state);

    public Task ClearAsync(GrainId grain, GrainState<Counter> state) => Storage.ClearStateAsync("state", grain, state);

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        await _services.DisposeAsync();
    }
}

[GenerateSerializer, Alias("zhice.tests.counter")]
public sealed class Counter
{
    [Id(0)]
    public int Count { get; set; }

    [Id(1)]
    public string Name { get; set; } = "nobody";
}
