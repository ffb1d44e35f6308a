using System.Collections.Immutable;
using Zhice.Domain.Customers;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Journeys;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Customers;

/// <content>What became of contacts that a channel had.</content>
internal sealed partial class CustomerGrain
{
    public ValueTask<ImmutableArray<EventOutcome>> SettleContacts(ImmutableArray<ContactSettlement> settlements) => Transact(async change =>
    {
        var outcomes = ImmutableArray.CreateBuilder<EventOutcome>(settlements.Length);
        foreach (var settlement in settlements)
        {
            var outcome = ContactSettling.ToFeedback(settlement, change.Catalog) is { } feedback
                ? await ApplyEvent(change, feedback)
                : EventOutcome.Recorded;
            outcomes.Add(outcome == EventOutcome.Recorded ? Settle(change, settlement) : outcome);
        }

        return (outcomes.Contains(EventOutcome.Recorded), outcomes.MoveToImmutable());
    });

    // The journey whose stage made the contact hears what became of it, after all that was due before.
    private static EventOutcome Settle(CustomerTransaction change, ContactSettlement settlement)
    {
        change.Walk?.Until(settlement.AtMs);
        var outcome = ContactSettling.Settle(change.Next, settlement, change.Catalog, change.NowMs);
        if (outcome == EventOutcome.Recorded && StageContacts.ToOutcome(settlement.Outcome) is var heard and not StageContactOutcome.None
            && ContactId.TryParse(settlement.ContactId, out var contact))
        {
            change.Walk?.Notify(contact, heard, settlement.AtMs);
        }

        // What nobody saw taught nothing.
        if (outcome == EventOutcome.Recorded && settlement.Outcome.IsUnseen() && ContactId.TryParse(settlement.ContactId, out var unseen))
        {
            AddLesson(
                change.Lessons, Exposure.TakeBack(change.Next, unseen, wasSent: !settlement.Outcome.IsEnd(), change.Catalog), unseen,
                change.Catalog);
        }

        return outcome;
    }
}
