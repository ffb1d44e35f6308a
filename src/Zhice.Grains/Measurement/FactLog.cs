using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Faults;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;
using Zhice.Storage.Backends;
using Channel = System.Threading.Channels.Channel;

namespace Zhice.Grains.Measurement;

/// <summary>
/// Records facts that belong to no commit: a sample of the decisions, and the events of a sample of the customers. Nobody waits for it:
/// facts are gathered and written beside, in batches. While the store is away they queue up; when the queue is full the newest are dropped,
/// and counted.
/// </summary>
/// <param name="options">Which part.</param>
/// <param name="clock">The time.</param>
/// <param name="log">Where it says what was not recorded.</param>
/// <param name="meters">Where it counts what was not recorded.</param>
/// <param name="stores">Where facts are kept; null in a silo whose storage keeps none.</param>
internal sealed class FactLog(
    FactLogOptions options, TimeProvider clock, ILogger<FactLog> log, IMeterFactory meters, IStores? stores = null)
    : BackgroundService
{
    private const int MaxWaiting = 100_000;
    private const int MaxInBatch = 5_000;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    // What belongs together waits together, so that it is recorded as a whole or not at all; how many facts wait is bounded. A decision
    // waits as it is: the facts of its candidates would live just long enough to be kept by the collector.
    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });

    // Of all batches in turn: a new one each time would be a large object.
    private readonly List<Fact> _batch = new(2 * MaxInBatch);
    private int _waitingFacts;

    // Of the 48 random bits of an id, and of the parts of customers: every silo samples alike.
    private readonly ulong _decisionsBelow = (ulong)(options.DecisionShare * (1L << 48));
    private readonly BehaviorRecording _usual = BehaviorRecording.OfShare(options.BehaviorShare);
    private readonly Counter<long> _dropped = meters.Create("Zhice.Measurement").CreateCounter<long>(
        "zhice.measurement.facts_dropped", "{fact}", "Facts of samples that were not recorded, as too many waited for the store.");

    private readonly Counter<long> _withoutAmount = meters.Create("Zhice.Measurement").CreateCounter<long>(
        "zhice.measurement.outcomes_without_amount", "{outcome}", "Outcomes that count with 0 yuan, as their amount is missing or no number.");

    private long _droppedLately;

    /// <summary>Whether a decision is one of the sample.</summary>
    public bool Takes(DecisionId id) => stores is not null && (id.Low & 0xFFFF_FFFF_FFFF) < _decisionsBelow;

    /// <summary>Records a decision, if it is one of the sample: that it was made, its offers, and why others were not offered.</summary>
    public void Add(Decision decision, Catalog catalog)
    {
        if (Takes(decision.Id))
        {
            Add(new Waiting(decision, catalog, default), decision.Verdicts.Length + 1);
        }
    }

    /// <summary>Counts outcomes whose amount cannot be read, and records the event, if its customer is one of the sample.</summary>
    public void Add(CustomerEvent customerEvent, string customerId, Catalog catalog)
    {
        if (FactRecording.CountWithoutAmount(customerEvent, catalog) is > 0 and var outcomes)
        {
            _withoutAmount.Add(outcomes);
        }

        var recording = catalog.Behavior.GetValueOrDefault(customerEvent.Type, _usual);
        if (stores is null || !BehaviorSample.Has(customerId, recording.Parts))
        {
            return;
        }

        var group = new FactGroup
        {
            EventType = catalog.Symbols.FindName(SymbolKind.EventType, customerEvent.Type) ?? "",
            Channel = catalog.Symbols.FindName(SymbolKind.Channel, customerEvent.Channel) ?? "",
        };
        var fact = Fact.Of(
            FactKind.Behaved, customerEvent.Id, customerEvent.AtMs, catalog.Calendar.GetDay(customerEvent.AtMs), group) with
        {
            CustomerId = customerId,
            About = recording.Properties.IsEmpty
                ? ""
                : BehaviorText.Write(customerEvent.Properties.AsSpan(), recording.Properties.AsSpan()),
        };
        Add(new Waiting(null, catalog, fact), 1);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (stores is null)
        {
            return;
        }

        meters.Create("Zhice.Measurement").CreateObservableGauge(
            "zhice.measurement.facts_waiting", () => Volatile.Read(ref _waitingFacts), "{fact}", "Facts that wait to be recorded.");
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                if (Volatile.Read(ref _waitingFacts) < MaxInBatch)
                {
                    await Task.Delay(Gathering, clock, stoppingToken);
                }

                await WriteAsync(stores, Draw(), stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops: what waits is recorded, if the store takes it at once.
            while (Draw() is { Count: > 0 } batch && await WriteAsync(stores, batch, new CancellationToken(canceled: true)))
            {
                // There may be more.
            }
        }
    }

    private void Add(in Waiting waiting, int facts)
    {
        if (Interlocked.Add(ref _waitingFacts, facts) <= MaxWaiting)
        {
            _waiting.Writer.TryWrite(waiting);
            return;
        }

        Interlocked.Add(ref _waitingFacts, -facts);
        _dropped.Add(facts);
        Interlocked.Add(ref _droppedLately, facts);
    }

    // The same batch until it is recorded: its id makes it count once.
    private async Task<bool> WriteAsync(IStores stores, List<Fact> batch, CancellationToken stopping)
    {
        for (var batchId = Guid.NewGuid(); ;)
        {
            try
            {
                await stores.Facts.AppendAsync(batchId, batch);
                break;
            }
            catch (StoreUnavailableException fault)
            {
                GrainsLog.FactsNotRecorded(log, batch.Count, fault);
                if (stopping.IsCancellationRequested)
                {
                    return false;
                }

                await Task.Delay(PauseAfterFault, clock, stopping);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // No later try would help these, and those behind them must not wait for them.
                GrainsLog.FactsRefused(log, batch.Count, fault);
                break;
            }
        }

        if (Interlocked.Exchange(ref _droppedLately, 0) is > 0 and var dropped)
        {
            GrainsLog.FactsDropped(log, dropped);
        }

        return true;
    }

    private List<Fact> Draw()
    {
        _batch.Clear();
        while (_batch.Count < MaxInBatch && _waiting.Reader.TryRead(out var waiting))
        {
            var before = _batch.Count;
            if (waiting.Decision is { } decision)
            {
                AddFacts(_batch, decision, waiting.Catalog);
            }
            else
            {
                _batch.Add(waiting.Fact);
            }

            Interlocked.Add(ref _waitingFacts, before - _batch.Count);
        }

        return _batch;
    }

    private static void AddFacts(List<Fact> facts, Decision decision, Catalog catalog)
    {
        var placement = FactRecording.GetGroup(new(decision.Id, 0), "", catalog) with { Arm = catalog.GetContrastArm(decision.CustomerId) };
        var atMs = decision.Id.DecidedAtMs;
        var day = catalog.Calendar.GetDay(atMs);
        facts.Add(Fact.Of(FactKind.Decided, decision.Id.ToString(), atMs, day, placement) with
        {
            CustomerId = decision.CustomerId, Code = decision.Verdicts.Length,
        });
        for (var i = 0; i < decision.Verdicts.Length; i++)
        {
            var (id, isOffered) = (new ContactId(decision.Id, decision.Verdicts[i].Action), i < decision.OfferedCount);
            var group = placement with { Action = catalog.Symbols.FindName(SymbolKind.Action, id.Action) ?? "" };
            facts.Add(Fact.Of(isOffered ? FactKind.Offered : FactKind.Blocked, id.ToString(), atMs, day, group) with
            {
                CustomerId = decision.CustomerId, Code = isOffered ? 0 : (int)decision.Verdicts[i].Reason, Rank = isOffered ? i + 1 : 0,
                Probability = (float)decision.Verdicts[i].Propensity,
            });
        }
    }

    /// <summary>A decision whose facts are made when they are written, or a fact.</summary>
    private readonly record struct Waiting(Decision? Decision, Catalog Catalog, Fact Fact);
}
