using Zhice.Domain.Faults;
using Zhice.Storage.Answers;
using Zhice.Storage.Bulk;
using Zhice.Storage.Consents;
using Zhice.Storage.Decisions;
using Zhice.Storage.Evaluations;
using Zhice.Storage.Journeys;
using Zhice.Storage.Outbox;
using Zhice.Storage.Retention;
using Zhice.Storage.Stock;

namespace Zhice.Storage.States;

/// <summary>A back end for grain states. What it must do is in the tests' StateStoreContract, the same for each.</summary>
internal interface IStateStore : IAsyncDisposable
{
    /// <summary>Reads a state; null when there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    /// <exception cref="StoreOverloadedException">Too many reads wait for it already.</exception>
    ValueTask<StoredState?> ReadAsync(StateKey key);

    /// <summary>
    /// Writes a batch in one transaction and answers for each write in turn, once all are durable. A stale write is left
    /// out and the others are kept.
    /// <para>
    /// Writing is idempotent by write id: a write that is found to be kept already counts as written. So a batch whose
    /// outcome is not known is settled by writing it again. A clear that finds no state counts as written too.
    /// </para>
    /// <para>
    /// A new state gets a version above all that were ever cleared, so that no version of a key comes twice.
    /// </para>
    /// <para>
    /// The effects of a write are kept with its state, and only with it: a stale write has none, and one that was kept
    /// already has had them. A write of the right version that counts a contact which another write has counted is left out
    /// as a stale one is; so is one that takes units of a lease which has not as many left.
    /// </para>
    /// </summary>
    /// <param name="batch">Each key at most once, in the order of keys.</param>
    /// <exception cref="StoreUnavailableException">The store is away; nothing was kept.</exception>
    /// <exception cref="OutcomeUnknownException">Perhaps it was kept: write it again.</exception>
    /// <remarks>
    /// Any other exception is the fault of one of the writes, of which nothing was kept: write the others again. A back end may
    /// have kept some of them, and knows them by their write ids.
    /// </remarks>
    Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch);

    /// <summary>How many grains of a type have state.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    ValueTask<long> CountAsync(string grainType);

    /// <summary>What this back end keeps of decisions.</summary>
    IDecisionStore Decisions => throw new NotSupportedException($"{GetType().Name} keeps no decisions.");

    /// <summary>What this back end does for bulk data.</summary>
    IBulkStore Bulk => throw new NotSupportedException($"{GetType().Name} takes no bulk data.");

    /// <summary>What this back end keeps of the stock of actions.</summary>
    IStockStore Stock => throw new NotSupportedException($"{GetType().Name} keeps no stock.");

    /// <summary>What this back end keeps of journeys beside the states.</summary>
    IJourneyStore Journeys => throw new NotSupportedException($"{GetType().Name} keeps no journeys.");

    /// <summary>What this back end keeps of the customers' evaluations in campaigns.</summary>
    IEvaluationStore Evaluations => throw new NotSupportedException($"{GetType().Name} keeps no evaluations.");

    /// <summary>What this back end keeps of consent beside the states.</summary>
    IConsentStore Consents => throw new NotSupportedException($"{GetType().Name} keeps no history of consent.");

    /// <summary>What this back end keeps of answers that states have no room for.</summary>
    IAnswerStore Answers => throw new NotSupportedException($"{GetType().Name} keeps no answers.");

    /// <summary>What this back end does about what grows with time.</summary>
    IRetentionStore Retention => throw new NotSupportedException($"{GetType().Name} forgets nothing.");

    /// <summary>What this back end does with contacts on their way to channels.</summary>
    IOutboxStore Outbox => throw new NotSupportedException($"{GetType().Name} delivers no contacts.");
}
