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

namespace Zhice.Grains.Customers;

/// <content>What the customer did, and what the bank does about it: contacts, their ends, and holds.</content>
internal sealed partial class CustomerGrain
{
    public async ValueTask<ImmutableArray<EventOutcome>> Record(ImmutableArray<CustomerEvent> events)
    {
        var (catalog, nowMs) = (shared.Catalogs.Current, NowMs);
        var next = _state.Current.Clone();
        var outcomes = ImmutableArray.CreateBuilder<EventOutcome>(events.Length);
        var lessons = new List<(string ActionId, Lesson Lesson)>();
        var turns = new List<(string CampaignId, TurnKind Kind)>();
        foreach (var happened in events)
        {
            var outcome = Record(next, happened, catalog, nowMs, lessons);
            outcomes.Add(outcome);
            if (outcome == EventOutcome.Recorded && shared.Triggers.IsAny)
            {
                Trigger(next, happened, catalog, turns);
            }
        }

        var recorded = await CommitRecorded(next, outcomes.MoveToImmutable(), lessons);
        turns.ForEach(turn => shared.Triggers.Count(turn.CampaignId, turn.Kind));
        return recorded;
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

        var customerId = this.GetPrimaryKeyString();
        var turn = ContactTurn.Judge(plan, customerId, _version, ViewOf(_state.Current, catalog), shared.Models);
        var kind = CampaignContact.KindOf(turn);
        if (kind.Outcome == TurnOutcome.Contacted)
        {
            var next = _state.Current.Clone();
            if (!CampaignContact.TryAdd(next, turn, plan, customerId, run.ToString(CultureInfo.InvariantCulture)))
            {
                return CampaignContact.NoRoom;
            }

            try
            {
                await Commit(next, once, bodyHash: 0, CampaignContact.ToBytes(kind));
                (_decisions ??= new()).Add(turn.Decision!, []);
            }
            catch (ContactCountedException)
            {
                // The ledger remembers this run's contact for longer than the customer does.
            }
        }

        return kind;
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

    // What an event triggers is in the event's own commit: there is never one without the other.
    private void Trigger(CustomerState next, CustomerEvent happened, Catalog catalog, List<(string CampaignId, TurnKind Kind)> turns)
    {
        foreach (var order in shared.Triggers.Of(happened.Type))
        {
            if (shared.Plans.Of(order, catalog, out _) is { } plan)
            {
                var turn = ContactTurn.Judge(plan, this.GetPrimaryKeyString(), _version, ViewOf(next, catalog), shared.Models);
                var isHeld = turn.Outcome != TurnOutcome.Contacted || CampaignContact.TryAdd(next, turn, plan, this.GetPrimaryKeyString(), happened.Id);
                turns.Add((order.CampaignId, isHeld ? CampaignContact.KindOf(turn) : CampaignContact.NoRoom));
            }
        }
    }

    private EventOutcome Record(
        CustomerState next, CustomerEvent happened, Catalog catalog, long nowMs, List<(string ActionId, Lesson Lesson)> lessons)
    {
        var effect = EventRecording.Record(next, happened, catalog, nowMs, shared.Attribution);
        if (effect.Lesson != LessonKind.None && catalog.Action(happened.Action) is { } action)
        {
            lessons.Add((action.Id, new Lesson(FeaturesOf(happened.Decision, catalog, nowMs), effect.Lesson)));
        }

        return effect.Outcome;
    }

    private async ValueTask<ImmutableArray<EventOutcome>> CommitRecorded(
        CustomerState next, ImmutableArray<EventOutcome> outcomes, List<(string ActionId, Lesson Lesson)> lessons)
    {
        if (outcomes.Contains(EventOutcome.Recorded))
        {
            await Commit(next);
        }

        foreach (var (actionId, lesson) in lessons)
        {
            await GrainFactory.GetGrain<ILearnerGrain>(actionId).Learn(lesson);
        }

        return outcomes;
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
