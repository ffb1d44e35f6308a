using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Catalogs;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Decisions;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stops;

namespace Zhice.Contracts.Following;

/// <summary>Follows the catalogue: swaps this process to each new version as soon as the catalogue grain has it.</summary>
internal sealed partial class CatalogFollower(
    IGrainFactory grains, DecisionKeys keys, ListReading reading, IServiceProvider services, IHostApplicationLifetime lifetime,
    ILogger<CatalogFollower> logger)
    : BackgroundService, ICatalogs
{
    private const int Remembered = 32;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, Catalog> _versions = new();
    private Catalog _current = Catalog.Empty;
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopsKnown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _listsKnown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _allKnown;
    private readonly Lock _swapping = new();
    private StopSet _stops = StopSet.None;
    private long _stopsAskedAt;

    // Who reads lists for a swap holds it until the swap: else a catalogue could come into force with lists that are old by then.
    private readonly SemaphoreSlim _readingLists = new(1);
    private ImmutableDictionary<string, string> _lists = ImmutableDictionary<string, string>.Empty;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Catalog Current => Volatile.Read(ref _current);

    public bool IsKnown => Known.IsCompletedSuccessfully;

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

    public Task WaitUntilKnownAsync(CancellationToken cancellation) => Known.WaitAsync(cancellation);

    public async ValueTask<Catalog> WithListsAsync(Catalog catalog) =>
        catalog.ContactPolicy.DoNotContact.IsEmpty
            ? catalog
            : catalog.With(await reading.ReadListsAsync(catalog, Volatile.Read(ref _lists)));

    public TimeSpan StopsAge => Stopwatch.GetElapsedTime(Interlocked.Read(ref _stopsAskedAt));

    public void Apply(StopSet stops, long askedAt)
    {
        lock (_swapping)
        {
            // An answer may come behind that to a later question.
            if (askedAt >= _stopsAskedAt)
            {
                _stops = stops;
                Volatile.Write(ref _current, _current.With(stops));
                Interlocked.Exchange(ref _stopsAskedAt, askedAt);
            }
        }

        _stopsKnown.TrySetResult();
    }

    /// <summary>The stops are what they were when they were asked for.</summary>
    public void ConfirmStops(long askedAt)
    {
        lock (_swapping)
        {
            Interlocked.Exchange(ref _stopsAskedAt, Math.Max(_stopsAskedAt, askedAt));
        }
    }

    /// <summary>Decides by other versions of the uploaded audiences, once those that the catalogue names were read.</summary>
    /// <returns>How many the catalogue names.</returns>
    public async Task<int> ApplyAsync(AudienceListVersions board, CancellationToken cancellation)
    {
        await _readingLists.WaitAsync(cancellation);
        try
        {
            // What other audiences are saved as changes nothing here: what is made ready for a catalogue stays so.
            if (!_listsKnown.Task.IsCompleted
                || Current.ContactPolicy.DoNotContact.Any(list =>
                    list.AudienceId is { } id && _lists.GetValueOrDefault(id) != board.Lists.GetValueOrDefault(id)))
            {
                var listed = await reading.KeepAsync(Current, board.Lists);
                lock (_swapping)
                {
                    Volatile.Write(ref _current, _current.With(listed));
                }
            }

            _lists = board.Lists;
            _listsKnown.TrySetResult();
            return reading.Kept;
        }
        finally
        {
            _readingLists.Release();
        }
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
                var document = _known.Task.IsCompleted
                    ? await Keeper.WaitForOther(Current.Version, stopping.Token)
                    : await Keeper.Find(0).AsTask().WaitAsync(stopping.Token);
                if (document is not null)
                {
                    await SwapAsync(Compiled(document), stopping.Token);
                }

                if (!_known.Task.IsCompleted)
                {
                    await keys.LoadAsync(stopping.Token);
                    _known.TrySetResult();
                }
            }
            catch (Exception fault) when (!stopping.IsCancellationRequested)
            {
                NotReached(logger, fault);
                await Task.Delay(Pause, stopping.Token);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private ICatalogGrain Keeper => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);

    // A client of silos decides nothing, and reads no lists.
    private Task Known => _allKnown ??= services.GetService<ILocalSiloDetails>() is null
        ? Task.WhenAll(_known.Task, _stopsKnown.Task)
        : Task.WhenAll(_known.Task, _stopsKnown.Task, _listsKnown.Task);

    private async Task SwapAsync(Catalog catalog, CancellationToken cancellation)
    {
        await _readingLists.WaitAsync(cancellation);
        try
        {
            var listed = await reading.KeepAsync(catalog, _lists);
            lock (_swapping)
            {
                Volatile.Write(ref _current, catalog.With(_stops).With(listed));
            }
        }
        finally
        {
            _readingLists.Release();
        }

        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        InForce(logger, catalog.Version, catalog.Actions.Length, catalog.Tags.Length);
    }

    private Catalog Compiled(CatalogDocument document)
    {
        var version = document.Version.Version;
        var definition = V1.Catalog.Parser.ParseFrom(document.Definition);
        var compiled = CatalogCompiler.Compile(definition, new SymbolTable(document.Symbols), version);
        var catalog = compiled.Catalog ?? throw new InvalidOperationException(
            $"Version {version} of the catalogue was accepted once and is not understood by this release: {compiled.Faults[0]}");
        foreach (var old in _versions.Keys.Order().SkipLast(Remembered))
        {
            _versions.TryRemove(old, out _);
        }

        return _versions.GetOrAdd(version, catalog.InForceSince(document.Version.AppliedAt.ToUnixTimeMilliseconds()));
    }

    [LoggerMessage(1, LogLevel.Information, "Catalogue version {Version} is in force: {Actions} actions, {Tags} tags.")]
    private static partial void InForce(ILogger logger, long version, int actions, int tags);

    [LoggerMessage(2, LogLevel.Warning, "The catalogue grain did not answer; asking again.")]
    private static partial void NotReached(ILogger logger, Exception fault);
}

/// <summary>Adds the view of the catalogue to a silo or a client of one.</summary>
public static class CatalogFollowing
{
    /// <summary>
    /// Adds <see cref="ICatalogs"/>, kept current, with what is stopped, by services in the background; and <see cref="DecisionKeys"/>. A
    /// silo adds
    /// <see cref="AddListedCustomers"/> beside.
    /// </summary>
    public static IServiceCollection AddCatalogs(this IServiceCollection services) => services
        .AddSingleton<DecisionKeys>()
        .AddSingleton<ListReading>()
        .AddSingleton<CatalogFollower>()
        .AddSingleton<ICatalogs>(provider => provider.GetRequiredService<CatalogFollower>())
        .AddHostedService(provider => provider.GetRequiredService<CatalogFollower>())
        .AddHostedService<StopFollower>();

    /// <summary>Keeps the uploaded audiences that do-not-contact lists name, as a silo needs them to decide.</summary>
    public static IServiceCollection AddListedCustomers(this IServiceCollection services) => services.AddHostedService<AudienceFollower>();
}
