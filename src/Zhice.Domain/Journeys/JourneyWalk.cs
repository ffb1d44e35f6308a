using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Journeys;

/// <summary>
/// Takes a customer on in all journeys, in a state that may be changed: what a move does to tags, and the events that it
/// makes happen, are done at once; contacts and hand-offs are left to be done in the same commit.
/// </summary>
/// <remarks>
/// Events count by their own time: one that happened before the customer came to a stage, by more than the journey's
/// lateness, does not move them on from there. Instants count by when they were due: after a pause the customer comes out
/// where they would be without it.
/// </remarks>
public sealed partial class JourneyWalk
{
    // A walk ends, whatever definitions say.
    private const int MaxMoves = 64;
    private const int MaxEvents = 32;

    // What is older could not be told from a repeat.
    private static readonly long OldestEventMs = (long)(CountedIds.Reach - TimeSpan.FromHours(1)).TotalMilliseconds;

    private readonly CustomerState _state;
    private readonly string _customerId;
    private readonly Catalog _catalog;
    private readonly long _nowMs;
    private readonly AttributionWindow? _window;
    private readonly Queue<CustomerEvent> _events = [];
    private byte[]? _arms;
    private int _moves;
    private int _happened;

    /// <summary>Begins a walk.</summary>
    /// <param name="state">The customer's next state.</param>
    /// <param name="customerId">Who.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="window">How long after its decision an acceptance teaches one.</param>
    public JourneyWalk(CustomerState state, string customerId, Catalog catalog, long nowMs, AttributionWindow? window = null) =>
        (_state, _customerId, _catalog, _nowMs, _window) = (state, customerId, catalog, nowMs, window);

    /// <summary>Contacts and hand-offs that are to be done, in order. It grows while what became of them is told.</summary>
    public List<StageTask> Todo { get; } = [];

    /// <summary>Events that the walk made happen, in order.</summary>
    public List<CustomerEvent> Made { get; } = [];

    /// <summary>Journeys with a limit that may be entered: a place in each was taken before.</summary>
    public HashSet<ushort> PlacesTaken { get; init; } = [];

    /// <summary>Limited journeys that were entered.</summary>
    public HashSet<ushort> PlacesUsed { get; } = [];

    /// <summary>The journeys with a limit, of some, that the customer might enter now, were there a place.</summary>
    public static IEnumerable<Journey> Limited(
        CustomerState state, ImmutableArray<Journey> journeys, long nowMs) => journeys.Where(journey =>
        journey.Entry.MaxEntries is not null && state.Journeys.Find(journey.Number) is null && MayEnterAgain(state, journey, nowMs));

    /// <summary>Takes the customer on after an event that the state has recorded.</summary>
    public void After(CustomerEvent customerEvent)
    {
        _events.Enqueue(customerEvent);
        Run();
    }

    /// <summary>Takes the customer on after tags were changed otherwise.</summary>
    public void AfterChange()
    {
        TryAll(null);
        Run();
    }

    /// <summary>
    /// Moves the customer to a stage, as an operator says; false when they are not in the journey, or it has no such stage.
    /// </summary>
    public bool Move(ushort journey, ushort stage)
    {
        if (_state.Journeys.Find(journey) is not { } place || FindDefinition(place)?.Stage(stage) is null)
        {
            return false;
        }

        Go(place, stage, TransitionCause.Moved, 0, _nowMs, null);
        Run();
        return true;
    }

    /// <summary>Takes the customer out, as an operator says; false when they are not in the journey.</summary>
    public bool Exit(ushort journey)
    {
        if (_state.Journeys.Find(journey) is not { } place)
        {
            return false;
        }

        Go(place, 0, TransitionCause.Exited, 0, _nowMs, null);
        Run();
        return true;
    }

    /// <summary>
    /// Lets the customer begin the journey anew, or at all, as an operator says; false when the catalogue has no such journey, or there is
    /// no room.
    /// </summary>
    public bool Restart(ushort journey)
    {
        if (_catalog.Journeys.Newest(journey) is not { } definition)
        {
            return false;
        }

        if (_state.Journeys.Find(journey) is { } place)
        {
            Go(place, 0, TransitionCause.Restarted, 0, _nowMs, null);
        }

        var isIn = Enter(definition, TransitionCause.Restarted, 0, _nowMs, null);
        Run();
        return isIn;
    }

    // What is hidden from marketing is unknown here; exit rules protect, and see it.
    private CustomerView View => new(_state, _catalog, [], _nowMs, _state.Consents.Allows(channel: 0, Purpose.Personalization));

    private void Run()
    {
        while (_events.TryDequeue(out var customerEvent))
        {
            TryAll(customerEvent);
            foreach (var journey in _catalog.Journeys.EnteredBy(customerEvent.Type))
            {
                if (_state.Journeys.Find(journey.Number) is null && MayEnter(journey, Math.Min(customerEvent.AtMs, _nowMs)))
                {
                    Enter(journey, TransitionCause.Event, customerEvent.Type, Math.Min(customerEvent.AtMs, _nowMs), customerEvent);
                }
            }
        }
    }

    private void TryAll(CustomerEvent? customerEvent)
    {
        JourneyPlace[] places = [.. _state.Journeys.Places];
        foreach (var before in places)
        {
            if (_state.Journeys.Find(before.Journey) is { } place)
            {
                TryAt(place, customerEvent);
            }
        }
    }

    // What may take the customer on from a place: the definition, the exit rule, the event, conditions.
    private void TryAt(JourneyPlace place, CustomerEvent? customerEvent)
    {
        var atMs = customerEvent is null ? _nowMs : Math.Min(customerEvent.AtMs, _nowMs);
        if (UpToDate(place) is not { } now || Exits(now, atMs, customerEvent))
        {
            return;
        }

        now = customerEvent is null ? now : Offer(now, customerEvent);
        if (now.Journey != 0)
        {
            TryConditions(now, atMs, customerEvent);
        }
    }

    private bool Exits(JourneyPlace place, long atMs, CustomerEvent? customerEvent)
    {
        var exits = FindDefinition(place)!.ExitWhen?.Holds(View.Unhidden) is true;
        if (exits)
        {
            Go(place, 0, TransitionCause.ExitRule, 0, Math.Max(atMs, place.SinceMs), customerEvent);
        }

        return exits;
    }

    private JourneyPlace Offer(JourneyPlace place, CustomerEvent customerEvent)
    {
        var journey = FindDefinition(place)!;
        if (customerEvent.AtMs < place.SinceMs - journey.LatenessMs)
        {
            return place;
        }

        foreach (var transition in journey.Stage(place.Stage)!.Transitions)
        {
            if (IsOn(transition, customerEvent, place) && Fits(transition))
            {
                var (way, type) = transition.EventType == 0
                    ? (TransitionCause.Contact, (ushort)0)
                    : (TransitionCause.Event, customerEvent.Type);
                return Go(place, transition.To, way, type, Math.Max(Math.Min(customerEvent.AtMs, _nowMs), place.SinceMs), customerEvent);
            }
        }

        return place;
    }

    // Feedback on a contact that the stage made is an event, and says what became of the contact.
    private static bool IsOn(Transition transition, CustomerEvent customerEvent, in JourneyPlace place) => transition.EventType != 0
        ? transition.EventType == customerEvent.Type
        : transition.OnContact != StageContactOutcome.None
            && StageContacts.Implies(StageContacts.ToOutcome(customerEvent.Feedback), transition.OnContact)
            && place.MadeContact(new ContactId(customerEvent.Decision, customerEvent.Action));

    private JourneyPlace TryConditions(JourneyPlace place, long atMs, CustomerEvent? customerEvent)
    {
        foreach (var transition in FindDefinition(place)!.Stage(place.Stage)!.Transitions)
        {
            if (transition.IsCondition && Fits(transition))
            {
                return Go(place, transition.To, TransitionCause.Condition, 0, Math.Max(atMs, place.SinceMs), customerEvent);
            }
        }

        return place;
    }
}
