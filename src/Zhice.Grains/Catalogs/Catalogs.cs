using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Catalogs;

namespace Zhice.Grains.Catalogs;

/// <summary>Follows the catalogue: swaps this silo to each new version as soon as the catalogue grain has it.</summary>
internal sealed class Catalogs(IGrainFactory grains, IHostApplicationLifetime lifetime, ILogger<Catalogs> logger)
    : BackgroundService, ICatalogs
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, Catalog> _versions = new();
    private Catalog _current = Catalog.Empty;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Catalog Current => Volatile.Read(ref _current);

    public async ValueTask<Catalog?> FindAsync(long version)
    {
        var current = Current;
        if (current.Version == version)
        {
            return current;
        }

        return _versions.TryGetValue(version, out var known) ? known
            : await Keeper.Find(version) is { } document ? Compiled(document)
            : null;
    }

    public async Task WaitForAsync(long version, CancellationToken cancellation)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (Current.Version >= version)
            {
                return;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The silo may be stopped before this service is, and would wait for the call.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await Keeper.WaitForOther(Current.Version, stopping.Token) is { } document)
                {
                    Swap(Compiled(document));
                }
            }
            catch (Exception fault) when (!stopping.IsCancellationRequested)
            {
                GrainsLog.CatalogueNotReached(logger, fault);
                await Task.Delay(Pause, stopping.Token);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private ICatalogGrain Keeper => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);

    private void Swap(Catalog catalog)
    {
        Volatile.Write(ref _current, catalog);
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        GrainsLog.CatalogueInForce(logger, catalog.Version, catalog.Actions.Length, catalog.Tags.Length);
    }

    private Catalog Compiled(CatalogDocument document)
    {
        var version = document.Version.Version;
        var definition = V1.Catalog.Parser.ParseFrom(document.Definition);
        var compiled = CatalogCompiler.Compile(definition, new SymbolTable(document.Symbols), version);
        var catalog = compiled.Catalog ?? throw new InvalidOperationException(
            $"Version {version} of the catalogue was accepted once and is not understood by this release: {compiled.Faults[0]}");
        foreach (var old in _versions.Keys.Order().SkipLast(CatalogHistory.Kept))
        {
            _versions.TryRemove(old, out _);
        }

        return _versions.GetOrAdd(version, catalog);
    }
}
