using System.Security.Cryptography;
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
using Zhice.Storage.Memory.Answers;
using Zhice.Storage.Memory.Audit;
using Zhice.Storage.Memory.Bulk;
using Zhice.Storage.Memory.Consents;
using Zhice.Storage.Memory.Decisions;
using Zhice.Storage.Memory.Effects;
using Zhice.Storage.Memory.Erasures;
using Zhice.Storage.Memory.Evaluations;
using Zhice.Storage.Memory.Facts;
using Zhice.Storage.Memory.Journeys;
using Zhice.Storage.Memory.Outbox;
using Zhice.Storage.Memory.Retention;
using Zhice.Storage.Memory.States;
using Zhice.Storage.Memory.Stock;
using Zhice.Storage.Outbox;
using Zhice.Storage.Retention;
using Zhice.Storage.States;
using Zhice.Storage.Stock;

namespace Zhice.Storage.Memory;

/// <summary>
/// States in the memory of this process, and nothing of them after it: for trials and for measuring what is above the store.
/// Everything is done at once, under one gate.
/// </summary>
internal sealed class MemoryBackend : IBackend
{
    private readonly Lock _gate = new();
    private readonly MemoryStates _states = new();
    private readonly MemoryOutbox _outbox;
    private readonly MemoryStock _stock;
    private readonly MemoryJourneys _journeys;
    private readonly MemoryConsents _consents;
    private readonly MemoryAnswers _answers;
    private readonly MemoryEvaluations _evaluations;
    private readonly MemoryEffects _effects;
    private readonly ErasedIds _erased = new(RandomNumberGenerator.GetBytes(32), []);

    public MemoryBackend(TimeProvider clock)
    {
        var facts = new MemoryFacts(_gate, clock, _erased);
        _outbox = new(_gate, _states, facts, clock);
        Facts = facts.With(() => _outbox.Groups);
        _stock = new(_gate, clock);
        _journeys = new(_gate);
        _consents = new(_gate);
        _answers = new(_gate);
        _evaluations = new(clock);
        _effects = new(_outbox, _stock, _journeys, _consents, _answers, facts);
        Bulk = new MemoryBulk(_gate, _states, WriteAsync);
        var decisions = new MemoryDecisions(_gate, _erased);
        Decisions = decisions;
        Erasures = new MemoryErasures(
            _gate, _erased, new(_states, _outbox, _journeys, _consents, _answers, _evaluations, _effects, decisions, facts));
        Audit = new MemoryAudit(_gate, clock);
        Retention = new MemoryRetention(_gate, _effects, _answers, _evaluations, facts);
    }

    public IBulkStore Bulk { get; }

    public IDecisionStore Decisions { get; }

    public IOutboxStore Outbox => _outbox;

    public IStockStore Stock => _stock;

    public IJourneyStore Journeys => _journeys;

    public IEvaluationStore Evaluations => _evaluations;

    public IConsentStore Consents => _consents;

    public IAnswerStore Answers => _answers;

    public IFactStore Facts { get; }

    public IAuditStore Audit { get; }

    public IErasureStore Erasures { get; }

    public IRetentionStore Retention { get; }

    /// <summary>Contacts that were counted, for tests.</summary>
    internal IEnumerable<string> Counted => _effects.Counted;

    public ValueTask<StoredState?> ReadAsync(StateKey key)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_states.Find(key)?.Stored);
        }
    }

    public Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch)
    {
        var outcomes = new WriteOutcome[batch.Count];
        lock (_gate)
        {
            for (var i = 0; i < outcomes.Length; i++)
            {
                outcomes[i] = Write(batch[i]);
            }
        }

        return Task.FromResult(outcomes);
    }

    public ValueTask<long> CountAsync(string grainType)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_states.Count(grainType));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private WriteOutcome Write(StateWrite write)
    {
        var found = _states.Find(write.Key);
        var version = found?.Version ?? 0;
        if (found?.WriteId == write.WriteId || (found is null && write.Payload is null))
        {
            return WriteOutcome.Written(version);
        }

        if (version != write.ExpectedVersion)
        {
            return WriteOutcome.Stale(version);
        }

        if (found is null && write.Key.GrainType == CustomerKey.GrainType && _erased.Has(write.Key.Key))
        {
            return WriteOutcome.Erased;
        }

        if (write.Payload is not { } payload)
        {
            _states.Clear(write.Key);
            return WriteOutcome.Written(0);
        }

        if (_effects.CountedBefore(write) is { } contact)
        {
            return WriteOutcome.CountedBefore(contact, version);
        }

        if (_effects.EmptyLease(write) is { } lease)
        {
            return WriteOutcome.LeaseEmpty(lease, version);
        }

        // By the key that is there already: what refers to the state keeps no other.
        _effects.Keep(found?.Key ?? write.Key, write.Effects, _states.NextVersion(write.Key));
        return WriteOutcome.Written(_states.Put(write.Key, payload, write.WriteId));
    }
}
