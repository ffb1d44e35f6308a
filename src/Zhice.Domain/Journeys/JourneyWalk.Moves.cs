using System.Globalization;
using Zhice.Domain.Customers;
using Zhice.Domain.Experiments;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Journeys;

/// <content>What a move is: coming, what is done there, going on, waiting, leaving; and what is told of it.</content>
public sealed partial class JourneyWalk
{
    private bool Enter(Journey journey, TransitionCause way, ushort eventType, long atMs, CustomerEvent? customerEvent)
    {
        var left = _state.Journeys.Left(journey.Number);
        var place = new JourneyPlace(journey.Number, journey.Version, 0)
        {
            EnteredAtMs = atMs, SinceMs = atMs, Entries = (left?.Entries ?? 0) + 1, Generation = left?.Generation ?? 0,
            Arm = ArmIn(journey),
        };
        if (_state.Journeys.Places.Length == CustomerJourneys.Capacity)
        {
            Count(new(journey.Number, journey.Version, place.Arm, 0, 0, TransitionCause.NoRoom, eventType, atMs, 0));
            return false;
        }

        if (journey.Entry.MaxEntries is not null)
        {
            PlacesUsed.Add(journey.Number);
        }

        Go(place, journey.Stages[0].Number, way == TransitionCause.Event ? TransitionCause.Entered : way, eventType, atMs, customerEvent);
        return true;
    }

    // An event that lies before the customer left does not let them in again, however late it comes.
    private bool MayEnter(Journey journey, long atMs)
    {
        var entry = journey.Entry;
        return MayEnterAgain(_state, journey, atMs)
            && (entry.MaxEntries is null || PlacesTaken.Contains(journey.Number))
            && entry.When?.Holds(View) is not false;
    }

    private static bool MayEnterAgain(CustomerState state, Journey journey, long atMs) =>
        state.Journeys.Left(journey.Number) is not { } left || (journey.Entry.AgainAfterMs is { } pause && atMs - left.LeftAtMs >= pause);

    // Comes to a stage, and does what is to be done there, and goes on where nothing has to be waited for.
    private JourneyPlace Go(JourneyPlace place, ushort to, TransitionCause way, ushort eventType, long atMs, CustomerEvent? customerEvent)
    {
        Record(
            new(
                place.Journey, place.Version, place.Arm, place.Stage, to, way, eventType, atMs,
                place.Stage == 0 ? 0 : Math.Max(0, atMs - place.SinceMs)));
        var journey = FindDefinition(place);
        if (to == 0 || journey?.Stage(to) is not { } stage)
        {
            Leave(place, atMs);
            return default;
        }

        var isEntry = place.Stage == 0 && customerEvent is not null;
        VoidContacts(place);
        place = place with { Stage = to, SinceMs = atMs, TriedUpToMs = atMs, Moves = place.Moves + 1, Contacts = [] };
        if (!place.HasReachedGoal && journey.Goals.Contains(to))
        {
            place = place with { HasReachedGoal = true };
            Count(
                new(place.Journey, place.Version, place.Arm, 0, to, TransitionCause.Goal, 0, atMs, Math.Max(0, atMs - place.EnteredAtMs)));
        }

        RunStageActions(stage, place);
        if (stage.IsFinal)
        {
            Leave(place, atMs);
            return default;
        }

        place = Keep(place);
        if (++_moves >= MaxMoves)
        {
            return place;
        }

        // The event by which a customer enters is the first that the first stage hears.
        var before = place.Moves;
        place = isEntry ? Offer(place, customerEvent!) : place;
        place = place.Journey != 0 && place.Moves == before ? TryConditions(place, atMs, customerEvent) : place;
        return place.Journey != 0 && place.Moves == before && journey.LatenessMs > 0 ? CatchUp(place, journey) : place;
    }

    // Events that came before the one that they should have followed.
    private JourneyPlace CatchUp(JourneyPlace place, Journey journey)
    {
        var moves = place.Moves;
        var early = _state.PastEvents.Events
            .Where(past => past.AtMs > place.SinceMs && past.AtMs >= _nowMs - journey.LatenessMs)
            .OrderBy(static past => past.AtMs).ToArray();
        foreach (var past in early)
        {
            place = Offer(place, new() { Id = "", Type = past.Type, AtMs = past.AtMs, Channel = past.Channel });
            if (place.Journey == 0 || place.Moves != moves)
            {
                break;
            }
        }

        return place;
    }

    // Those that change only the state are run here; contacts and hand-offs are left to the grain, whose RunStageAction decides them.
    private void RunStageActions(JourneyStage stage, in JourneyPlace place)
    {
        for (var i = 0; i < stage.OnEnter.Length; i++)
        {
            var idempotencyKey = string.Create(CultureInfo.InvariantCulture, $"j{place.Journey}.{place.Entries}.{place.Moves}.{i}");
            switch (stage.OnEnter[i])
            {
                case SetTagAction tag:
                    tag.At(place.SinceMs, _nowMs).TryApply(_state, TagSource.Journey, _nowMs);
                    break;
                case EmitEventAction made when _happened < MaxEvents:
                    _happened++;
                    var customerEvent = new CustomerEvent { Id = idempotencyKey, Type = made.EventType, AtMs = Math.Max(place.SinceMs, _nowMs - OldestEventMs) };
                    if (EventRecording.Record(_state, customerEvent, _catalog, _nowMs, _window).Outcome == EventOutcome.Recorded)
                    {
                        _events.Enqueue(customerEvent);
                        Made.Add(customerEvent);
                    }

                    break;
                case ContactAction or HandOffAction:
                    Todo.Add(new(stage.OnEnter[i], idempotencyKey, place.Journey, place.Entries, place.Moves, stage.IsFinal));
                    break;
            }
        }
    }

    // The place by a definition that the catalogue has; null when the customer had to leave.
    private JourneyPlace? UpToDate(JourneyPlace place)
    {
        var newest = _catalog.Journeys.Newest(place.Journey);
        if (newest?.Mappings.FirstOrDefault(mapping => mapping.FromVersion == place.Version) is { } mapping
            && newest.Version != place.Version)
        {
            var to = mapping.Stages.GetValueOrDefault(place.Stage);
            place = TakeOver(place, newest, to);
            if (newest.Stage(to) is null or { IsFinal: true })
            {
                Leave(place, _nowMs);
                return null;
            }

            return Keep(place);
        }

        if (FindDefinition(place)?.Stage(place.Stage) is null)
        {
            Go(place, 0, TransitionCause.Removed, 0, _nowMs, null);
            return null;
        }

        return AsDefined(place);
    }

    // Told as one move, and counted as one out of the older version and one into the newer: each has whom it has.
    private JourneyPlace TakeOver(JourneyPlace place, Journey newest, ushort to)
    {
        var move = new JourneyMove(
            place.Journey, newest.Version, ArmIn(newest), place.Stage, to, TransitionCause.Mapped, 0, _nowMs,
            Math.Max(0, _nowMs - place.SinceMs));
        _state.Journeys.Remember(move);
        Count(move with { Version = place.Version, Arm = place.Arm, To = 0 });
        place = place with { Version = newest.Version, Arm = move.Arm, Stage = to, Moves = place.Moves + 1 };
        if (to != 0)
        {
            Count(move with { From = 0, StayedMs = 0 });
        }

        if (newest.Goals.Contains(to) && !place.HasReachedGoal)
        {
            place = place with { HasReachedGoal = true };
            Count(
                new(
                    place.Journey, place.Version, place.Arm, 0, to, TransitionCause.Goal, 0, _nowMs,
                    Math.Max(0, _nowMs - place.EnteredAtMs)));
        }

        return place;
    }

    // A definition that changed since the customer came, or another time zone, may have put the next instant elsewhere.
    private JourneyPlace AsDefined(JourneyPlace place) => NextDue(place) == place.DueAtMs ? place : Keep(place);

    private Journey? FindDefinition(in JourneyPlace place) => _catalog.Journeys.Find(place.Journey, place.Version);

    private void Leave(JourneyPlace place, long atMs)
    {
        VoidContacts(place);
        if (place.DueAtMs is not null)
        {
            place = place with { Generation = place.Generation + 1 };
            (_state.Effects ??= new()).Change(new(GetTimerName(place.Journey), place.Generation, null));
        }

        _state.Journeys.Leave(place, atMs);
    }

    // Keeps the place, with a timer for the next instant.
    private JourneyPlace Keep(JourneyPlace place)
    {
        var due = NextDue(place);
        if (due is not null || place.DueAtMs is not null)
        {
            place = place with { DueAtMs = due, Generation = place.Generation + 1 };
            (_state.Effects ??= new()).Change(new(GetTimerName(place.Journey), place.Generation, due));
        }

        _state.Journeys.Put(place);
        return place;
    }

    private long? NextDue(in JourneyPlace place)
    {
        long? due = null;
        foreach (var transition in FindDefinition(place)!.Stage(place.Stage)!.Transitions)
        {
            due = FindDue(transition, place) is { } at && !(due <= at) ? at : due;
        }

        return due;
    }

    // When a transition is tried next; null: by no instant that was not tried.
    private long? FindDue(Transition transition, in JourneyPlace place) =>
        transition.AfterMs is { } after ? (place.SinceMs + after > place.TriedUpToMs ? place.SinceMs + after : null)
        : transition.AtMinute is { } minute ? _catalog.Calendar.NextAt(minute, place.TriedUpToMs)
        : null;

    private bool Fits(Transition transition)
    {
        if (transition.OnlyFor.IsSet && Arms[transition.OnlyFor.Experiment] != transition.OnlyFor.Arm)
        {
            return false;
        }

        return transition.When?.Holds(View) is not false;
    }

    private byte[] Arms
    {
        get
        {
            if (_arms is null)
            {
                _arms = new byte[_catalog.Experiments.Length];
                Assignment.Arms(_catalog.Experiments, _customerId, _arms);
            }

            return _arms;
        }
    }

    private byte ArmIn(Journey journey) => journey.Experiment < 0 ? (byte)0 : Arms[journey.Experiment];

    private void Record(in JourneyMove move)
    {
        _state.Journeys.Remember(move);
        Count(move);
    }

    private void Count(in JourneyMove move)
    {
        (_state.Effects ??= new()).CountMove(move);
        FactRecording.Moved(_state, move, _catalog);
    }

    private static string GetTimerName(ushort journey) => string.Create(CultureInfo.InvariantCulture, $"j{journey}");
}
