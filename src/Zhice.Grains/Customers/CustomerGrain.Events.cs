using System.Collections.Immutable;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Customers;
using Zhice.Domain.Faults;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Customers;

/// <content>Events and what they set off: journeys, triggered campaigns, lessons.</content>
internal sealed partial class CustomerGrain
{
    public async ValueTask<ImmutableArray<EventOutcome>> Record(ImmutableArray<CustomerEvent> events)
    {
        try
        {
            var outcomes = await RecordAll(events);
            foreach (var (i, outcome) in outcomes.Index())
            {
                if (outcome == EventOutcome.Recorded)
                {
                    shared.FactLog.Add(events[i], this.GetPrimaryKeyString(), shared.Catalogs.Current);
                }
            }

            return outcomes;
        }
        catch (CustomerErasedException)
        {
            // Each alone, so that the events of other customers in the same call or stream are recorded.
            return [.. events.Select(static _ => EventOutcome.Erased)];
        }
    }

    private ValueTask<ImmutableArray<EventOutcome>> RecordAll(ImmutableArray<CustomerEvent> events) => Transact(async change =>
    {
        var outcomes = ImmutableArray.CreateBuilder<EventOutcome>(events.Length);
        foreach (var customerEvent in events)
        {
            outcomes.Add(await ApplyEvent(change, customerEvent));
        }

        return (outcomes.Contains(EventOutcome.Recorded), outcomes.MoveToImmutable());
    });

    // An event, and all that follows from it.
    private async ValueTask<EventOutcome> ApplyEvent(CustomerTransaction change, CustomerEvent customerEvent)
    {
        if (customerEvent.Feedback != FeedbackType.None)
        {
            if (!await IsOffered(change, customerEvent))
            {
                return EventOutcome.NotOffered;
            }

            customerEvent = customerEvent with
            {
                Treatment = change.Next.KeptDecisions.Find(customerEvent.Decision)?.FindOffer(customerEvent.Action)?.Treatment ?? 0,
                ContrastArm = change.Catalog.GetContrastArm(this.GetPrimaryKeyString()),
            };
        }

        change.Walk?.Until(customerEvent.AtMs);
        var effect = EventRecording.Record(change.Next, customerEvent, change.Catalog, change.NowMs, shared.Attribution);
        var contact = new ContactId(customerEvent.Decision, customerEvent.Action);
        AddLesson(
            change.Lessons, Exposure.Teach(change.Next, contact, effect.Lesson, change.Catalog, change.NowMs), contact, change.Catalog);

        if (effect.Outcome == EventOutcome.Recorded)
        {
            await Trigger(change, customerEvent);
            if (change.Walk is { } walk)
            {
                await TakePlaces(change, change.Catalog.Journeys.EnteredBy(customerEvent.Type));
                walk.After(customerEvent);
            }
        }

        return effect.Outcome;
    }

    // What an event triggers is in the event's own commit: there is never one without the other.
    private async ValueTask Trigger(CustomerTransaction change, CustomerEvent customerEvent)
    {
        foreach (var order in shared.Triggers.IsAny ? shared.Triggers.Find(customerEvent.Type) : [])
        {
            if (change.NowMs - customerEvent.AtMs > order.EventAgeLimitMs)
            {
                change.Turns.Add((order.CampaignId, ContactResult.From(EvaluationOutcome.TooOld)));
            }
            else if ((order.IsForEachEvent || !change.HasTurned(order.CampaignId))
                && await Contact(change, order, customerEvent.Id) is { } kind)
            {
                change.Turns.Add((order.CampaignId, kind));
            }
        }
    }
}
