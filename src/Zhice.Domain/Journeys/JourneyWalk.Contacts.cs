using Zhice.Domain.Primitives;

namespace Zhice.Domain.Journeys;

/// <content>The contacts that stages make: remembered by the visit, void when it ends, and what became of them.</content>
public sealed partial class JourneyWalk
{
    /// <summary>
    /// Whether a task is still to be done: not when the customer has left the stage in the same change and its contact would be void.
    /// </summary>
    public bool IsWanted(in StageTask task) =>
        task.IsOfEnd || task.StageAction is not ContactAction { IsVoidOnLeave: true } || FindVisit(task) is not null;

    /// <summary>Remembers the contact that a task made, as far as its stage asks of it or makes it void.</summary>
    public void KeepContact(in StageTask task, ContactId contact)
    {
        var isVoidOnLeave = task.StageAction is ContactAction { IsVoidOnLeave: true };
        if (FindVisit(task) is { } place && (isVoidOnLeave || FindDefinition(place)?.Stage(place.Stage)?.AsksOfContacts is true))
        {
            _state.Journeys.Put(place with { Contacts = place.Contacts.Add(new(contact, isVoidOnLeave)) });
        }
    }

    /// <summary>Takes the customer on when a task could not be done.</summary>
    public void NotifyBlocked(in StageTask task)
    {
        if (FindVisit(task) is { } place)
        {
            Offer(place, StageContactOutcome.Blocked, _nowMs);
            Run();
        }
    }

    /// <summary>Takes the customer on by what became of a contact, if the stage that made it still holds them and asks.</summary>
    /// <param name="contact">The contact.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="atMs">When, unix milliseconds.</param>
    public void Notify(ContactId contact, StageContactOutcome outcome, long atMs)
    {
        foreach (var place in _state.Journeys.Places.ToArray())
        {
            if (place.MadeContact(contact) && UpToDate(place) is { } now)
            {
                Offer(now, outcome, atMs);
            }
        }

        Run();
    }

    /// <summary>Takes the customer on in one journey, as if something had become of its stage's contact: for simulations.</summary>
    public void Suppose(ushort journey, StageContactOutcome outcome)
    {
        if (_state.Journeys.Find(journey) is { } place && UpToDate(place) is { } now)
        {
            Offer(now, outcome, _nowMs);
            Run();
        }
    }

    // A ring of blocked contacts is refused by the catalogue; a walk ends all the same.
    private void Offer(JourneyPlace place, StageContactOutcome outcome, long atMs)
    {
        foreach (var transition in _moves < MaxMoves ? FindDefinition(place)!.Stage(place.Stage)!.Transitions : [])
        {
            if (transition.OnContact != StageContactOutcome.None && StageContacts.Implies(outcome, transition.OnContact)
                && Fits(transition))
            {
                Go(place, transition.To, TransitionCause.Contact, 0, Math.Max(Math.Min(atMs, _nowMs), place.SinceMs), null);
                return;
            }
        }
    }

    private JourneyPlace? FindVisit(in StageTask task) =>
        _state.Journeys.Find(task.Journey) is { } place && place.Entries == task.Entries && place.Moves == task.Moves ? place : null;

    // What waits for its channel goes to nobody any more; what a channel holds or has sent stays as it is.
    private void VoidContacts(in JourneyPlace place)
    {
        foreach (var contact in place.Contacts)
        {
            if (contact.IsVoidOnLeave)
            {
                (_state.Effects ??= new()).VoidWaiting(new(contact.Id.Action, _nowMs) { Contact = contact.Id });
            }
        }
    }
}
