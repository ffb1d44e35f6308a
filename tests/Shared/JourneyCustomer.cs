using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Effects;
using Zhice.Domain.Journeys;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.TestBank;

/// <summary>A customer in journeys, with the timers that a store would keep; time goes on by hand.</summary>
internal sealed class JourneyCustomer(Catalog catalog, long nowMs)
{
    private readonly Dictionary<string, TimerChange> _timers = [];
    private int _events;

    public CustomerState State { get; private set; } = new();

    public Catalog Catalog { get; set; } = catalog;

    public long NowMs { get; set; } = nowMs;

    public List<JourneyMove> Moves { get; } = [];

    public List<StageTask> Done { get; } = [];

    /// <summary>The contacts that were made void.</summary>
    public List<ContactId> Voided { get; } = [];

    public IReadOnlyDictionary<string, TimerChange> Timers => _timers;

    public string? StageIn(string journey)
    {
        var number = Catalog.Symbols.Find(SymbolKind.Journey, journey);
        return State.Journeys.Find(number) is { } place ? NameOf(place.Stage) : null;
    }

    public string NameOf(ushort stage) => stage == 0 ? "-" : Catalog.Symbols.FindName(SymbolKind.Stage, stage)!.Split('/')[1];

    /// <summary>The moves so far, as "a>b Event".</summary>
    public string[] Path => [.. Moves.Select(move => $"{NameOf(move.From)}>{NameOf(move.To)} {move.Cause}")];

    public void Happens(string eventType, TimeSpan ago = default) => Change(walk =>
    {
        var customerEvent = new CustomerEvent
        {
            Id = $"e{++_events}", Type = Catalog.Symbols.Find(SymbolKind.EventType, eventType), AtMs = NowMs - (long)ago.TotalMilliseconds,
        };
        walk.Walk.Until(customerEvent.AtMs);
        EventRecording.Record(walk.State, customerEvent, Catalog, NowMs);
        walk.Walk.After(customerEvent);
    });

    public void Sets(string tag, long value) => Change(walk =>
    {
        walk.Walk.Until(NowMs);
        walk.State.Tags.Set(Catalog.TagsById[tag].Number, TagValue.Integer(value), NowMs, TagSource.Api);
        walk.Walk.AfterChange();
    });

    /// <summary>Fires the timers that are due, those first that are due longest; until none is.</summary>
    public void FireDue()
    {
        for (var fired = 0; _timers.Values.Where(timer => timer.DueAtMs <= NowMs).OrderBy(static timer => timer.DueAtMs).ToArray() is [var first, ..]; fired++)
        {
            if (fired > 1_000)
            {
                throw new InvalidOperationException("Timers never end.");
            }

            Fire(first);
        }
    }

    public void Fire(TimerChange timer) =>
        Change(walk =>
            walk.Walk.AtTimer(ushort.Parse(timer.Step[1..], System.Globalization.CultureInfo.InvariantCulture), timer.Generation));

    public void Goes(TimeSpan time)
    {
        NowMs += (long)time.TotalMilliseconds;
        FireDue();
    }

    /// <summary>A silo dies, and another reads what the store has.</summary>
    public void Restart() => State = CustomerStateCodec.FromBytes(CustomerStateCodec.ToBytes(State));

    public void Change(Action<(CustomerState State, JourneyWalk Walk)> change)
    {
        var next = State.Clone();
        var walk = new JourneyWalk(
            next, "020235", Catalog, NowMs) { PlacesTaken = [.. Catalog.Journeys.All.Select(static journey => journey.Number)] };
        change((next, walk));
        Moves.AddRange(next.Effects?.Moves ?? []);
        Done.AddRange(walk.Todo.Where(task => walk.IsWanted(task)));
        Voided.AddRange(
            (next.Effects?.Voided ?? []).Where(static voided => voided.Contact is not null).Select(static voided => voided.Contact!.Value));
        foreach (var timer in next.Effects?.Timers ?? [])
        {
            if (timer.DueAtMs is null)
            {
                _timers.Remove(timer.Step);
            }
            else
            {
                _timers[timer.Step] = timer;
            }
        }

        next.Effects = null;
        State = next;
    }
}
