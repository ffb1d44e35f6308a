using Zhice.Domain.Faults;
using Zhice.Storage.Answers;
using Zhice.Storage.Audit;
using Zhice.Storage.Backends;
using Zhice.Storage.Bulk;
using Zhice.Storage.Consents;
using Zhice.Storage.Decisions;
using Zhice.Storage.Erasures;
using Zhice.Storage.Evaluations;
using Zhice.Storage.Facts;
using Zhice.Storage.Journeys;
using Zhice.Storage.Outbox;
using Zhice.Storage.Retention;
using Zhice.Storage.States;
using Zhice.Storage.Stock;

namespace Zhice.Storage.Tests;

/// <summary>A real store to which faults happen by the dice of a seed.</summary>
internal sealed class FaultyStore(IBackend store, int seed) : IBackend
{
    /// <summary>What the store says when nothing was kept.</summary>
    public const string Away = "away";

    private readonly Random _dice = new(seed);

    public IBulkStore Bulk => store.Bulk;

    public IDecisionStore Decisions => store.Decisions;

    public IOutboxStore Outbox => store.Outbox;

    public IStockStore Stock => store.Stock;

    public IJourneyStore Journeys => store.Journeys;

    public IEvaluationStore Evaluations => store.Evaluations;

    public IConsentStore Consents => store.Consents;

    public IAnswerStore Answers => store.Answers;

    public IFactStore Facts => store.Facts;

    public IAuditStore Audit => store.Audit;

    public IErasureStore Erasures => store.Erasures;

    public IRetentionStore Retention => store.Retention;

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
