using System.Collections.Immutable;
using Zhice.Contracts.HandOffs;
using Zhice.Contracts.Learning;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Faults;
using Zhice.Domain.HandOffs;
using Zhice.Domain.Journeys;
using Zhice.Domain.Learning;
using Zhice.Grains.Campaigns;
using Zhice.Grains.HandOffs;
using Zhice.Grains.Stocks;

namespace Zhice.Grains.Customers;

/// <content>What the customer did, and what the bank does about it: contacts, their ends, and holds.</content>
internal sealed partial class CustomerGrain
{
    // An event, or a journey's step, that asks for a contact is repeated within the 7 days for which events are taken.
    private const long MaxOccasionMs = 8 * 86_400_000L;

    public ValueTask<ImmutableArray<EventOutcome>> Record(ImmutableArray<CustomerEvent> events) => Change(async change =>
    {
        var outcomes = ImmutableArray.CreateBuilder<EventOutcome>(events.Length);
        foreach (var customerEvent in events)
        {
            outcomes.Add(await Happen(change, customerEvent));
        }

        return (outcomes.Contains(EventOutcome.Recorded), outcomes.MoveToImmutable());
    });

    public ValueTask<ImmutableArray<EventOutcome>> SettleContacts(ImmutableArray<ContactSettlement> settlements) => Change(async change =>
    {
        var outcomes = ImmutableArray.CreateBuilder<EventOutcome>(settlements.Length);
        foreach (var settlement in settlements)
        {
            var outcome = ContactSettling.FeedbackOf(settlement, change.Catalog) is { } feedback ? await Happen(change, feedback) : EventOutcome.Recorded;
            outcomes.Add(outcome == EventOutcome.Recorded ? Settle(change, settlement) : outcome);
        }

        return (outcomes.Contains(EventOutcome.Recorded), outcomes.MoveToImmutable());
    });

    // The journey whose stage made the contact hears what became of it, after all that was due before.
    private static EventOutcome Settle(CustomerTransaction change, ContactSettlement settlement)
    {
        change.Walk?.Until(settlement.AtMs);
        var outcome = ContactSettling.Settle(change.Next, settlement, change.Catalog, change.NowMs);
        if (outcome == EventOutcome.Recorded && StageContacts.OutcomeOf(settlement.Outcome) is var heard and not StageContactOutcome.None
            && ContactId.TryParse(settlement.ContactId, out var contact))
        {
            change.Walk?.Tell(contact, heard, settlement.AtMs);
        }

        // What nobody saw taught nothing.
        if (outcome == EventOutcome.Recorded && settlement.Outcome.IsUnseen() && ContactId.TryParse(settlement.ContactId, out var unseen))
        {
            AddLesson(change.Lessons, Exposure.TakeBack(change.Next, unseen, wasSent: !settlement.Outcome.IsEnd(), change.Catalog), unseen, change.Catalog);
        }

        return outcome;
    }

    public async ValueTask<ContactResult> ContactForCampaign(CampaignSpec order, long run)
    {
        // A campaign comes to millions, once to each: what it looks at does not stay in memory.
        var (once, customerId, state) = (CampaignContact.OnceOf(order.CampaignId, run), this.GetPrimaryKeyString(), _state.Copy());
        if (state.AnsweredRequests.Find(once) is { } answered)
        {
            return CampaignContact.FromBytes(answered.Answer);
        }

        var catalog = shared.Catalogs.Current;
        if (shared.Plans.Of(order, catalog, out _) is not { } plan)
        {
            // The catalogue has changed since the run looked at it: it looks again.
            return ContactResult.Of(EvaluationOutcome.NotNow);
        }

        while (true)
        {
            var turn = CampaignJudging.Judge(plan, ViewOf(state, catalog), shared.Models, shared.Stock, shared.Keys.Current);
            if (turn.Outcome != EvaluationOutcome.Contacted)
            {
                return CampaignContact.KindOf(turn);
            }

            if (await UnitsFor(turn, state, catalog) is { } units && await Contact(turn, state, plan, customerId, once, order.RunStartedAtMs, units) is { } kind)
            {
                return kind;
            }

            // Again: the action ran out of stock meanwhile.
            state = _state.Copy();
        }
    }

    public async ValueTask<ContactResult?> FindTurn(string campaignId, long run) =>
        await Answered(CampaignContact.OnceOf(campaignId, run)) is { } answered ? CampaignContact.FromBytes(answered.Answer) : null;

    public async ValueTask<HoldAnswer> Hold(HoldRequest order)
    {
        if (await Answered(order.RequestId) is { } answered)
        {
            return answered.BodyHash == order.BodyHash ? AgentHolds.FromBytes(answered.Answer) : new(HoldResult.RequestIdReused);
        }

        if (order.MustBeKnown && _version == 0)
        {
            return new(HoldResult.UnknownCustomer);
        }

        var next = _state.Current.Clone();
        var answer = AgentHolds.Hold(next, order, this.GetPrimaryKeyString(), shared.Catalogs.Current, NowMs, shared.Keys.Current, shared.Attribution);
        if (answer.Result == HoldResult.Held)
        {
            await Commit(next, order.RequestId, order.BodyHash, AgentHolds.ToBytes(answer));
        }

        return answer;
    }

    public ValueTask<bool> EndHold(HoldEnd end) => Change(async change =>
    {
        var isEnded = change.Next.Holds.End(end.Contact);
        var outcome = end.FeedbackIn(change.Catalog, change.NowMs) is { } answer ? await Happen(change, answer) : EventOutcome.Duplicate;
        (change.Next.Effects ??= new()).Withdraw(end.Contact.ToString());
        return (isEnded || outcome == EventOutcome.Recorded, isEnded);
    });

    // Commits the contact of a turn; null when nothing was kept, as its unit of stock was of a lease that is over.
    private async ValueTask<ContactResult?> Contact(
        EvaluationVerdict turn, CustomerState next, CampaignPlan plan, string customerId, string once, long sinceMs, StockReservation units)
    {
        if (!CampaignContact.TryAdd(next, turn, plan, customerId, once, units, shared.Attribution, sinceMs, NowMs))
        {
            units.Settle(ReservationResult.NotTaken);
            return CampaignContact.NoRoom;
        }

        // What the state is until the commit is what the decision was made of.
        var (kind, record) = (CampaignContact.KindOf(turn), RecordOf(turn, _state.ToBytes));
        try
        {
            var commit = Commit(next, once, bodyHash: 0, CampaignContact.ToBytes(kind), staysUnpacked: false);
            if (units.IsNone)
            {
                await commit;
            }
            else if (!await units.CommitAsync(commit))
            {
                return null;
            }

            Remember(turn.Decision!, record);
        }
        catch (ContactCountedException)
        {
            // The ledger remembers this run's contact for longer than the customer does.
        }

        return kind;
    }

    private ValueTask<StockReservation?> UnitsFor(in EvaluationVerdict turn, CustomerState state, Catalog catalog) => turn.Candidate!.Action.Stock is null
        ? ValueTask.FromResult<StockReservation?>(StockReservation.None)
        : shared.Stock.TakeAsync([new(turn.Decision!.Id, turn.Decision.Verdicts[0].Action)], state, catalog);

    // What an event triggers is in the event's own commit: there is never one without the other.
    private async ValueTask Trigger(CustomerTransaction change, CustomerEvent customerEvent)
    {
        foreach (var order in shared.Triggers.IsAny ? shared.Triggers.Of(customerEvent.Type) : [])
        {
            if (change.NowMs - customerEvent.AtMs > order.EventAgeLimitMs)
            {
                change.Turns.Add((order.CampaignId, ContactResult.Of(EvaluationOutcome.TooOld)));
            }
            else if ((order.IsForEachEvent || !change.HasTurned(order.CampaignId)) && await Contact(change, order, customerEvent.Id) is { } kind)
            {
                change.Turns.Add((order.CampaignId, kind));
            }
        }
    }

    // Adds a contact to a change, if all that binds it allows it; null when the catalogue does not know what it asks, or the
    // ledger has the contact already.
    private async ValueTask<ContactResult?> Contact(CustomerTransaction change, CampaignSpec order, string once)
    {
        if (change.IsCounted($"{order.CampaignId}/{once}", this.GetPrimaryKeyString())
            || shared.Plans.Of(order, change.Catalog, out _) is not { } plan)
        {
            return null;
        }

        while (true)
        {
            var turn = CampaignJudging.JudgeAhead(plan, ViewOf(change.Next, change.Catalog), shared.Models, shared.Stock, shared.Keys.Current);
            if (turn.Outcome != EvaluationOutcome.Contacted)
            {
                return CampaignContact.KindOf(turn);
            }

            // Again when the action ran out of stock meanwhile.
            if (await UnitsFor(turn, change.Next, change.Catalog) is { } units)
            {
                var record = RecordOf(turn, () => CustomerStateCodec.ToBytes(change.Next));
                var sinceMs = change.NowMs - MaxOccasionMs;
                if (!CampaignContact.TryAdd(change.Next, turn, plan, this.GetPrimaryKeyString(), $"{order.CampaignId}/{once}", units, shared.Attribution, sinceMs, change.NowMs))
                {
                    units.Settle(ReservationResult.NotTaken);
                    return CampaignContact.NoRoom;
                }

                change.Units = change.Units.And(units);
                change.Decisions.Add((turn.Decision!, record));
                return CampaignContact.KindOf(turn);
            }
        }
    }

    // Before the contact is in the state: the decision is made of what was there. Null when it is not of the log's sample.
    private DecisionRecord? RecordOf(in EvaluationVerdict turn, Func<byte[]> state) => shared.DecisionLog.Takes(turn.Decision!.Id)
        ? DecisionRecord.Alone(turn.Decision, state(), turn.Choice!.Placement, turn.Candidate!)
        : null;

    private void Remember(Decision decision, DecisionRecord? record)
    {
        if (record is not null)
        {
            shared.DecisionLog.Add(record);
        }

        (_decisions ??= new()).Add(decision, []);
    }
}
