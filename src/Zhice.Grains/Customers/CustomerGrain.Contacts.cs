using System.Collections.Immutable;
using System.Globalization;
using Zhice.Contracts.HandOffs;
using Zhice.Contracts.Learning;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Faults;
using Zhice.Domain.HandOffs;
using Zhice.Domain.Learning;
using Zhice.Grains.Campaigns;
using Zhice.Grains.HandOffs;
using Zhice.Grains.Stocks;

namespace Zhice.Grains.Customers;

/// <content>What the customer did, and what the bank does about it: contacts, their ends, and holds.</content>
internal sealed partial class CustomerGrain
{
    public async ValueTask<ImmutableArray<EventOutcome>> Record(ImmutableArray<CustomerEvent> events)
    {
        while (true)
        {
            var (catalog, nowMs) = (shared.Catalogs.Current, NowMs);
            var next = _state.Current.Clone();
            var outcomes = ImmutableArray.CreateBuilder<EventOutcome>(events.Length);
            var lessons = new List<(string ActionId, Lesson Lesson)>();
            var turns = new List<(string CampaignId, TurnKind Kind)>();
            var units = UnitsInHand.None;
            try
            {
                foreach (var happened in events)
                {
                    var outcome = Record(next, happened, catalog, nowMs, lessons);
                    outcomes.Add(outcome);
                    if (outcome == EventOutcome.Recorded && shared.Triggers.IsAny)
                    {
                        units = await Trigger(next, happened, catalog, units, turns);
                    }
                }
            }
            catch
            {
                units.Settle(UnitEnd.NotTaken);
                throw;
            }

            // Again when the stock that a campaign took was of a lease that is over.
            if (!outcomes.Contains(EventOutcome.Recorded) || await units.CommitAsync(Commit(next)))
            {
                await Teach(lessons);
                turns.ForEach(turn => shared.Triggers.Count(turn.CampaignId, turn.Kind));
                return outcomes.MoveToImmutable();
            }
        }
    }

    public async ValueTask<ImmutableArray<EventOutcome>> SettleContacts(ImmutableArray<ContactSettlement> settlements)
    {
        var (catalog, nowMs) = (shared.Catalogs.Current, NowMs);
        var next = _state.Current.Clone();
        var outcomes = ImmutableArray.CreateBuilder<EventOutcome>(settlements.Length);
        var lessons = new List<(string ActionId, Lesson Lesson)>();
        foreach (var settlement in settlements)
        {
            var outcome = ContactSettling.FeedbackOf(settlement, catalog) is { } feedback
                ? Record(next, feedback, catalog, nowMs, lessons)
                : EventOutcome.Recorded;
            outcomes.Add(outcome == EventOutcome.Recorded ? ContactSettling.Settle(next, settlement, catalog, nowMs) : outcome);
        }

        return await CommitRecorded(next, outcomes.MoveToImmutable(), lessons);
    }

    public async ValueTask<TurnKind> TakeTurn(CampaignOrder order, long run)
    {
        var once = $"{order.CampaignId}/{run}";
        if (_state.Current.AnsweredRequests.Find(once) is { } answered)
        {
            return CampaignContact.FromBytes(answered.Answer);
        }

        var catalog = shared.Catalogs.Current;
        if (shared.Plans.Of(order, catalog, out _) is not { } plan)
        {
            // The catalogue has changed since the run looked at it: it looks again.
            return TurnKind.Of(TurnOutcome.NotNow);
        }

        while (true)
        {
            var turn = ContactTurn.Judge(plan, this.GetPrimaryKeyString(), _version, ViewOf(_state.Current, catalog), shared.Models, shared.Stock);
            if (turn.Outcome != TurnOutcome.Contacted)
            {
                return CampaignContact.KindOf(turn);
            }

            // Again when the action ran out of stock meanwhile.
            if (await UnitsFor(turn, _state.Current, catalog) is { } units && await Contact(turn, plan, run, once, units) is { } kind)
            {
                return kind;
            }
        }
    }

    public async ValueTask<HoldAnswer> Hold(HoldOrder order)
    {
        if (_state.Current.AnsweredRequests.Find(order.RequestId) is { } answered)
        {
            return answered.BodyHash == order.BodyHash ? Holding.FromBytes(answered.Answer) : new(HoldResult.RequestIdReused);
        }

        var next = _state.Current.Clone();
        var answer = Holding.Hold(next, order, this.GetPrimaryKeyString(), shared.Catalogs.Current, NowMs);
        if (answer.Result == HoldResult.Held)
        {
            await Commit(next, order.RequestId, order.BodyHash, Holding.ToBytes(answer));
        }

        return answer;
    }

    public async ValueTask<bool> EndHold(HoldEnd end)
    {
        var (catalog, nowMs) = (shared.Catalogs.Current, NowMs);
        var next = _state.Current.Clone();
        var lessons = new List<(string ActionId, Lesson Lesson)>();
        var isEnded = next.Holds.End(end.Contact);
        var outcome = end.FeedbackIn(catalog, nowMs) is { } answer ? Record(next, answer, catalog, nowMs, lessons) : EventOutcome.Duplicate;
        (next.Effects ??= new()).Withdraw(end.Contact.ToString());
        await CommitRecorded(next, [isEnded ? EventOutcome.Recorded : outcome], lessons);
        return isEnded;
    }

    // Commits the contact of a turn; null when nothing was kept, as its unit of stock was of a lease that is over.
    private async ValueTask<TurnKind?> Contact(TurnVerdict turn, CampaignPlan plan, long run, string once, UnitsInHand units)
    {
        var next = _state.Current.Clone();
        if (!CampaignContact.TryAdd(next, turn, plan, this.GetPrimaryKeyString(), run.ToString(CultureInfo.InvariantCulture), units))
        {
            units.Settle(UnitEnd.NotTaken);
            return CampaignContact.NoRoom;
        }

        var kind = CampaignContact.KindOf(turn);
        try
        {
            if (!await units.CommitAsync(Commit(next, once, bodyHash: 0, CampaignContact.ToBytes(kind))))
            {
                return null;
            }

            (_decisions ??= new()).Add(turn.Decision!, []);
        }
        catch (ContactCountedException)
        {
            // The ledger remembers this run's contact for longer than the customer does.
        }

        return kind;
    }

    private ValueTask<UnitsInHand?> UnitsFor(in TurnVerdict turn, CustomerState state, Catalog catalog) =>
        shared.Stock.TakeAsync([new(turn.Decision!.Id, turn.Decision.Verdicts[0].Action)], state, catalog);

    // What an event triggers is in the event's own commit: there is never one without the other.
    private async ValueTask<UnitsInHand> Trigger(
        CustomerState next, CustomerEvent happened, Catalog catalog, UnitsInHand taken, List<(string CampaignId, TurnKind Kind)> turns)
    {
        foreach (var order in shared.Triggers.Of(happened.Type))
        {
            if (shared.Plans.Of(order, catalog, out _) is not { } plan)
            {
                continue;
            }

            TurnVerdict turn;
            UnitsInHand? units;
            do
            {
                // Again when the action ran out of stock meanwhile.
                turn = ContactTurn.Judge(plan, this.GetPrimaryKeyString(), _version, ViewOf(next, catalog), shared.Models, shared.Stock);
                units = turn.Outcome == TurnOutcome.Contacted ? await UnitsFor(turn, next, catalog) : UnitsInHand.None;
            }
            while (units is null);

            var isHeld = turn.Outcome != TurnOutcome.Contacted || CampaignContact.TryAdd(next, turn, plan, this.GetPrimaryKeyString(), happened.Id, units);
            turns.Add((order.CampaignId, isHeld ? CampaignContact.KindOf(turn) : CampaignContact.NoRoom));
            if (isHeld)
            {
                taken = taken.And(units);
            }
            else
            {
                units.Settle(UnitEnd.NotTaken);
            }
        }

        return taken;
    }

    private EventOutcome Record(
        CustomerState next, CustomerEvent happened, Catalog catalog, long nowMs, List<(string ActionId, Lesson Lesson)> lessons)
    {
        happened = happened.Feedback == FeedbackType.None ? happened : happened with { Treatment = TreatmentShown(happened) };
        var effect = EventRecording.Record(next, happened, catalog, nowMs, shared.Attribution);
        if (effect.Lesson != LessonKind.None && catalog.Action(happened.Action) is { } action)
        {
            lessons.Add((action.Id, new Lesson(FeaturesOf(happened.Decision, catalog, nowMs), effect.Lesson)));
        }

        return effect.Outcome;
    }

    // What the decision showed; the first treatment, when the decision is forgotten.
    private byte TreatmentShown(CustomerEvent answer) =>
        (_decisions?.Find(answer.Decision)?.Decision.Verdicts ?? []).FirstOrDefault(verdict => verdict.Action == answer.Action).Treatment;

    private async ValueTask<ImmutableArray<EventOutcome>> CommitRecorded(
        CustomerState next, ImmutableArray<EventOutcome> outcomes, List<(string ActionId, Lesson Lesson)> lessons)
    {
        if (outcomes.Contains(EventOutcome.Recorded))
        {
            await Commit(next);
        }

        await Teach(lessons);
        return outcomes;
    }

    private async ValueTask Teach(List<(string ActionId, Lesson Lesson)> lessons)
    {
        foreach (var (actionId, lesson) in lessons)
        {
            await GrainFactory.GetGrain<ILearnerGrain>(actionId).Learn(lesson);
        }
    }

    // What the models saw at the decision; when that is forgotten (a restart, or many decisions since), what they see now.
    private ImmutableArray<ushort> FeaturesOf(DecisionId id, Catalog catalog, long nowMs)
    {
        if (_decisions?.Find(id) is { } remembered)
        {
            return remembered.Decision.Features;
        }

        if (catalog.Placement(id.Placement) is not { } placement)
        {
            return [];
        }

        Span<ushort> features = stackalloc ushort[FeatureVector.MaxLength];
        return [.. features[..FeatureVector.Fill(new CustomerView(_state.Current, catalog, [], nowMs), placement, features)]];
    }
}
