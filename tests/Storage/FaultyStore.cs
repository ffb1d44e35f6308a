using Zhice.Domain.Faults;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests;

/// <summary>A real store to which faults happen by the dice of a seed.</summary>
internal sealed class FaultyStore(IStateStore store, int seed) : IStateStore
{
    /// <summary>What the store says when nothing was kept.</summary>
    public const string Away = "away";

    private readonly Random _dice = new(seed);

    public ValueTask<StoredState?> ReadAsync(StateKey key) => store.ReadAsync(key);

    public async Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch)
    {
        switch (_dice.Next(8))
        {
            case 0: throw new StoreUnavailableException(Away);
            case 1: throw new OutcomeUnknownException("cut before the commit arrived");
            case 2:
                await store.WriteAsync(batch);
                throw new OutcomeUnknownException("cut after the commit arrived");
            case 3 when batch.Count > 1: throw new FormatException("poison, once");
            default: return await store.WriteAsync(batch);
        }
    }

    public ValueTask<long> CountAsync(string grainType) => store.CountAsync(grainType);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
