using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Stops;

namespace Zhice.Grains.Stops;

/// <summary>
/// Knows what is stopped though the board is out of reach: a stop is answered after a second, whether or not all silos heard of it.
/// A silo that last asked longer ago reads the stops from the store before it hands contacts over.
/// </summary>
internal sealed class StopReading([FromKeyedServices(GrainStorageNames.Definitions)] IGrainStorage store, ICatalogs catalogs)
{
    // Below the second after which a stop is answered.
    private static readonly TimeSpan MaxUnheard = TimeSpan.FromMilliseconds(800);

    private readonly Lock _reading = new();
    private (long BegunAt, Task<StopListVersion> Board) _last = (0, Task.FromResult(new StopListVersion()));

    /// <summary>Goes by what was stopped up to a moment ago.</summary>
    public async ValueTask RefreshAsync()
    {
        if (catalogs.StopsAge > MaxUnheard)
        {
            var askedAt = Stopwatch.GetTimestamp();
            var board = await ReadSinceAsync(askedAt);
            catalogs.Apply(new(board.Stops, board.WaitingCampaigns, board.Recalls), askedAt);
        }
    }

    /// <summary>
    /// The board as the store has it, by a read that began at an instant of the stopwatch or later: those who ask at once share one.
    /// </summary>
    /// <exception cref="Domain.Faults.StoreUnavailableException">The store is away.</exception>
    public Task<StopListVersion> ReadSinceAsync(long since)
    {
        lock (_reading)
        {
            if (_last.BegunAt < since || _last.Board.IsFaulted)
            {
                _last = (Stopwatch.GetTimestamp(), ReadAsync());
            }

            return _last.Board;
        }
    }

    private async Task<StopListVersion> ReadAsync()
    {
        await Task.Yield();
        var stored = new GrainState<StopsStored>();
        await store.ReadStateAsync("state", GrainId.Create(StopBroadcastGrain.Type, IStopBroadcastGrain.Key), stored);
        return stored.State?.Board ?? new StopListVersion();
    }
}
