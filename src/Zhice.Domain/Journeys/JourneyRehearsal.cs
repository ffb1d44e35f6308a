using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Journeys;

/// <summary>
/// Plays journeys for one customer on a clock of its own, event by event: nothing is stored, nobody is contacted, and waits
/// of months take no time.
/// </summary>
/// <param name="catalog">The catalogue, perhaps a draft.</param>
/// <param name="customerId">Who: it decides the arms of experiments.</param>
/// <param name="state">The customer at the start, which is left as it is.</param>
/// <param name="nowMs">When it starts, unix milliseconds.</param>
public sealed class JourneyRehearsal(Catalog catalog, string customerId, CustomerState state, long nowMs)
{
    private readonly List<RehearsedStep> _steps = [];
    private int _events;

    /// <summary>The customer as of now.</summary>
    public CustomerState State { get; private set; } = state;

    /// <summary>What the clock shows, unix milliseconds; it never steps back.</summary>
    public long NowMs { get; private set; } = nowMs;

    /// <summary>What happened so far, in order.</summary>
    public IReadOnlyList<RehearsedStep> Steps => _steps;

    /// <summary>Lets time go on, instant by instant.</summary>
    public void GoTo(long atMs)
    {
        while (NextDue() is { } due && due <= atMs)
        {
            NowMs = Math.Max(NowMs, due);
            Change((_, walk) => walk.Until(NowMs));
        }

        NowMs = Math.Max(NowMs, atMs);
    }

    /// <summary>An event happens to the customer.</summary>
    /// <param name="eventType">The number of its kind.</param>
    /// <param name="atMs">When; what is due before comes first.</param>
    /// <param name="properties">Its properties.</param>
    public void Happens(ushort eventType, long atMs, params EventProperty[] properties)
    {
        GoTo(atMs);
        var customerEvent = new CustomerEvent { Id = $"r{++_events}", Type = eventType, AtMs = NowMs, Properties = [.. properties] };
        Change((next, walk) =>
        {
            EventRecording.Record(next, customerEvent, catalog, NowMs);
            walk.After(customerEvent);
        });
    }

    /// <summary>A tag of the customer changes.</summary>
    public void Sets(TagChange change, long atMs)
    {
        GoTo(atMs);
        Change((next, walk) =>
        {
            change.TryApply(next, TagSource.Api, NowMs);
            walk.AfterChange();
        });
    }

    /// <summary>Something becomes of the contact that the customer's stage made.</summary>
    /// <param name="journey">The number of the journey.</param>
    /// <param name="outcome">What becomes of it.</param>
    /// <param name="atMs">When.</param>
    public void RecordOutcome(ushort journey, StageContactOutcome outcome, long atMs)
    {
        GoTo(atMs);
        Change((_, walk) => walk.Suppose(journey, outcome));
    }

    private long? NextDue()
    {
        long? next = null;
        foreach (ref readonly var place in State.Journeys.Places)
        {
            next = place.DueAtMs is { } due && !(next <= due) ? due : next;
        }

        return next;
    }

    private void Change(Action<CustomerState, JourneyWalk> change)
    {
        var next = State.Clone();
        var walk = new JourneyWalk(
            next, customerId, catalog, NowMs) { PlacesTaken = [.. catalog.Journeys.All.Select(static journey => journey.Number)] };
        change(next, walk);
        _steps.AddRange((next.Effects?.Moves ?? []).Select(static move => new RehearsedStep(move.AtMs, move, null)));
        _steps.AddRange(walk.Todo.Where(todo => walk.IsWanted(todo)).Select(todo => new RehearsedStep(NowMs, null, todo.StageAction)));
        next.Effects = null;
        State = next;
    }
}

/// <summary>A move, or what would have been done then; and when, unix milliseconds.</summary>
public readonly record struct RehearsedStep(long AtMs, JourneyMove? Move, StageAction? StageAction);
