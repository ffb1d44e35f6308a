using Zhice.Domain.Customers;

namespace Zhice.Domain.Journeys;

/// <content>How time takes the customer on: instants in their order, and the timers by which they are not missed.</content>
public sealed partial class JourneyWalk
{
    // The rest is taken on at the next touch, or by the timer that stays due.
    private const int MaxInstants = 5_000;

    // The timer of no journey by itself.
    private const ushort AnyJourney = 0;

    /// <summary>
    /// Takes the customer on by all instants that were due up to one, in their order over all journeys. To be called before
    /// anything else that happens at it: so a timer that fires late makes no difference.
    /// </summary>
    public void Until(long atMs)
    {
        var last = Math.Min(atMs, _nowMs);
        for (var left = MaxInstants; left > 0 && Earliest() is { DueAtMs: { } due } place && due <= last; left--)
        {
            (_moves, _happened) = (0, 0);
            if (UpToDate(place) is { } now && !Exits(now, due, null))
            {
                TryInstant(now, due);
            }

            Run();
        }
    }

    /// <summary>
    /// After a change that no walk saw: sets a timer by which conditions and exit rules are asked again, of a customer who is in
    /// a journey.
    /// </summary>
    public static void AskAgain(CustomerState state, long nowMs)
    {
        if (state.Journeys.Places.Length > 0)
        {
            (state.Effects ??= new()).Change(new(GetTimerName(AnyJourney), 0, nowMs));
        }
    }

    /// <summary>Takes the customer on as a timer fires.</summary>
    /// <returns>False when there is nothing to commit: it was of an older generation, or fired too early.</returns>
    public bool AtTimer(ushort journey, long generation)
    {
        if (journey == AnyJourney)
        {
            Until(_nowMs);
            AfterChange();
            (_state.Effects ??= new()).Change(new(GetTimerName(AnyJourney), generation, null));
            return true;
        }

        if (_state.Journeys.Find(journey) is not { } place)
        {
            (_state.Effects ??= new()).Change(new(GetTimerName(journey), generation, null));
            return true;
        }

        if (place.Generation != generation || place.DueAtMs is not { } due || due > _nowMs)
        {
            return false;
        }

        Until(_nowMs);
        return true;
    }

    private JourneyPlace? Earliest()
    {
        JourneyPlace? earliest = null;
        foreach (ref readonly var place in _state.Journeys.Places)
        {
            earliest = place.DueAtMs is { } due && !(earliest?.DueAtMs <= due) ? place : earliest;
        }

        return earliest;
    }

    // A mapping may have put the instant elsewhere, or the bank another time zone: then that comes in its turn.
    private void TryInstant(JourneyPlace place, long due)
    {
        if (place.DueAtMs != due)
        {
            return;
        }

        if (FindDefinition(place)!.Stage(place.Stage)!.Transitions.All(transition => FindDue(transition, place) != due))
        {
            Keep(place);
            return;
        }

        var tried = place with { TriedUpToMs = due };
        var way = FindDefinition(place)!.Stage(place.Stage)!.Transitions.FirstOrDefault(transition =>
            FindDue(transition, place) == due && Fits(transition));
        if (way is not null)
        {
            Go(tried, way.To, TransitionCause.Time, 0, due, null);
        }
        else
        {
            TryConditions(Keep(tried), due, null);
        }
    }
}
