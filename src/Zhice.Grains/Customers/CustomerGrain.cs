using System.Collections.Immutable;
using System.Globalization;
using Orleans.Placement;
using Zhice.Contracts.Customers;
using Zhice.Contracts.HandOffs;
using Zhice.Contracts.Learning;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Decisions.Checks;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Faults;
using Zhice.Domain.HandOffs;
using Zhice.Domain.Effects;
using Zhice.Domain.Learning;
using Zhice.Domain.Tags;
using Zhice.Grains.Campaigns;
using Zhice.Grains.HandOffs;

namespace Zhice.Grains.Customers;

/// <summary>
/// One customer. Readers see the committed state only: a change is made on a copy, committed, and then made current.
/// The store decides between two activations: a stale write fails, and this one forgets what it knew.
/// </summary>
/// <remarks>
/// There are millions of these: a field here is paid for in gigabytes. What all of them share is behind one field, and
/// the state is packed unless the customer was called of late.
/// </remarks>
[GrainType("customer"), PreferLocalPlacement]
internal sealed class CustomerGrain(CustomersShared shared) : Grain, ICustomerGrain, IGrainMigrationParticipant
{
    private const string MigratedState = "zhice.state";
    private const string MigratedVersion = "zhice.version";

    // The version after a write that failed: what is in memory may not be what the store has, and goes nowhere.
    private const long InDoubt = -1;

    private readonly PackedState _state = new(shared.Unpacked);
    private RecentDecisions? _decisions;
    private long _version;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Before the read: what the store changes from here on is told, and waits until the customer is active.
        shared.Loaded.Add(this);
        if (_state.IsKnown)
        {
            return;
        }

        try
        {
            (var state, _version) = await shared.Store.ReadAsync(this.GetGrainId());
            _state.Change(state);
        }
        catch
        {
            shared.Loaded.Remove(this);
            throw;
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (reason.ReasonCode == DeactivationReasonCode.Migrating)
        {
            _ = RemoveOnceMoved();
        }
        else
        {
            shared.Loaded.Remove(this);
        }

        return Task.CompletedTask;
    }

    public void OnDehydrate(IDehydrationContext context)
    {
        if (_version != InDoubt)
        {
            context.TryAddValue(MigratedState, _state.ToBytes());
            context.TryAddValue(MigratedVersion, _version);
        }
    }

    public void OnRehydrate(IRehydrationContext context)
    {
        if (context.TryGetValue<byte[]>(MigratedState, out var bytes) && context.TryGetValue(MigratedVersion, out _version))
        {
            _state.Take(bytes);
        }
    }

    public ValueTask<Decision> Recommend(RecommendQuery query) =>
        ValueTask.FromResult(Remember(Decide(query, shared.Catalogs.Current, isCommitted: false), query, _state.Current));

    public ValueTask<ExplainedDecision> Rehearse(RecommendQuery query)
    {
        var decision = Decide(query, shared.Catalogs.Current, isCommitted: true);
        return ValueTask.FromResult(Explained(decision, _state.Current, query.Context, shared.Catalogs.Current));
    }

    public async ValueTask<RecommendAnswer> RecommendAndCount(RecommendQuery query)
    {
        if (_state.Current.AnsweredRequests.Find(query.RequestId) is { } answered)
        {
            return answered.BodyHash == query.BodyHash
                ? new(ChangeOutcome.Made, DecisionCodec.FromBytes(answered.Answer))
                : new(ChangeOutcome.RequestIdReused, null);
        }

        var catalog = shared.Catalogs.Current;
        var decision = Decide(query, catalog, isCommitted: true);
        var isCounted = catalog.Placement(decision.Id.Placement) is { CountsAtDecision: true };
        var before = _state.Current;
        var next = _state.Current.Clone();
        foreach (ref readonly var offer in decision.Offered)
        {
            var contact = new ContactId(decision.Id, offer.Action);
            if (isCounted)
            {
                EventRecording.CountContact(next, contact, decision.Id.DecidedAtMs, catalog);
                (next.Effects ??= new()).Count(new CountedContact(contact.ToString(), decision.Id.DecidedAtMs));
            }
            else
            {
                EventRecording.ReserveContact(next, contact, catalog);
            }
        }

        await Commit(next, query.RequestId, query.BodyHash, DecisionCodec.ToBytes(decision, onlyOffered: true));
        return new(ChangeOutcome.Made, Remember(decision, query, before));
    }

    public async ValueTask<ExplainedDecision?> Explain(DecisionId id)
    {
        var logged = await shared.DecisionLog.FindAsync(id, this.GetPrimaryKeyString());
        var remembered = _decisions?.Find(id);
        if ((logged?.Decision ?? remembered?.Decision) is not { } decision)
        {
            return null;
        }

        var state = logged is not null ? CustomerStateCodec.FromBytes(logged.State) : decision.StateVersion == _version ? _state.Current : null;
        return state is not null && await shared.Catalogs.FindAsync(decision.CatalogVersion) is { } catalog
            ? Explained(decision, state, logged?.Context ?? remembered!.Value.Context, catalog)
            : new(decision, []);
    }

    public async ValueTask<ReplayedDecision?> ReplayDecision(DecisionId id) =>
        await shared.DecisionLog.FindAsync(id, this.GetPrimaryKeyString()) is { } record
        && await shared.Catalogs.FindAsync(record.Decision.CatalogVersion) is { } catalog
        && record.Replay(catalog) is { } again
            ? new(record.Decision, again, DecisionRecord.IsSame(record.Decision, again))
            : null;

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

    public async ValueTask<ChangeAnswer> UpdateTags(TagUpdate update)
    {
        if (AnswerGiven(update.RequestId, update.BodyHash) is { } given)
        {
            return given;
        }

        var nowMs = NowMs;
        var next = _state.Current.Clone();
        next.Tags.RemoveExpired(nowMs);
        for (var i = 0; i < update.Changes.Length; i++)
        {
            if (!update.Changes[i].TryApply(next, update.Source, nowMs))
            {
                return new(ChangeOutcome.OutOfRange, _version, i);
            }
        }

        await Commit(next, update.RequestId, update.BodyHash);
        return new(ChangeOutcome.Made, _version, 0);
    }

    public async ValueTask<ChangeAnswer> UpdateConsent(ConsentUpdate update)
    {
        if (AnswerGiven(update.RequestId, update.BodyHash) is { } given)
        {
            return given;
        }

        var next = _state.Current.Clone();
        next.Consents.Say(update.Channel, update.Purpose, update.IsGranted, NowMs);
        await Commit(next, update.RequestId, update.BodyHash);
        return new(ChangeOutcome.Made, _version, 0);
    }

    public async ValueTask Reload()
    {
        try
        {
            (var state, _version) = await shared.Store.ReadAsync(this.GetGrainId());
            _state.Change(state);
        }
        catch (Exception fault)
        {
            // What is known is old: the next activation reads it.
            _version = InDoubt;
            GrainContext.Deactivate(new(DeactivationReasonCode.ApplicationError, fault, "A read failed."));
            throw;
        }
    }

    public ValueTask<CustomerRecord?> Find() =>
        ValueTask.FromResult(_version == 0 ? null : new CustomerRecord(_state.Current, _version));

    public Task<object> GetState() =>
        Task.FromResult<object>(MaskedCustomer.Of(_state.Current, _version, shared.Catalogs.Current, NowMs));

    private long NowMs => shared.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private CustomerView ViewOf(CustomerState state, Catalog catalog) =>
        new(state, catalog, [], NowMs, state.Consents.Allows(channel: 0, Purpose.Personalization));

    private Decision Decide(RecommendQuery query, Catalog catalog, bool isCommitted)
    {
        var (nowMs, customerId) = (NowMs, this.GetPrimaryKeyString());
        if (!catalog.Placements.TryGetValue(query.PlacementId, out var placement) || (placement.CommitsAtDecision && !isCommitted))
        {
            // The catalogue changed since the caller was let through: nothing may be said there in this way.
            return Decision.OfNothing(
                DecisionId.Create(nowMs, catalog.Symbols.Find(SymbolKind.Placement, query.PlacementId), customerId), customerId, catalog.Version, _version);
        }

        var id = DecisionId.Create(nowMs, placement.Number, customerId);
        var isPersonalized = !query.IsNonPersonalized && _state.Current.Consents.Allows(channel: 0, Purpose.Personalization);
        var view = new CustomerView(_state.Current, catalog, query.Context, nowMs, isPersonalized);
        return Decider.Decide(id, customerId, _version, view, placement, shared.Models, query.Limit);
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

    private ExplainedDecision Explained(Decision decision, CustomerState state, ImmutableArray<ContextTag> context, Catalog catalog)
    {
        var view = new CustomerView(state, catalog, context, decision.Id.DecidedAtMs, decision.IsPersonalized);
        return new(
            decision,
            catalog.Placement(decision.Id.Placement) is { } placement ? CandidateChecks.Of(decision, view, placement, shared.Models) : []);
    }

    private Decision Remember(Decision decision, RecommendQuery query, CustomerState state)
    {
        if (shared.DecisionLog.Takes(decision.Id))
        {
            shared.DecisionLog.Add(new(decision, state.ReadFrom ?? CustomerStateCodec.ToBytes(state), query.Context, query.Limit));
        }

        return (_decisions ??= new()).Add(decision, query.Context);
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

    private ChangeAnswer? AnswerGiven(string requestId, ulong bodyHash) =>
        _state.Current.AnsweredRequests.Find(requestId) is not { } answered ? null
        : answered.BodyHash == bodyHash ? new(ChangeOutcome.Made, answered.Version, 0)
        : new(ChangeOutcome.RequestIdReused, _version, 0);

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

    private Task Commit(CustomerState next, string requestId, ulong bodyHash, byte[]? answer = null)
    {
        next.AnsweredRequests.Add(requestId, bodyHash, NowMs, _version + 1, answer ?? []);
        return Commit(next);
    }

    private async Task Commit(CustomerState next)
    {
        try
        {
            _version = await shared.Store.CommitAsync(GrainContext, next, _version);
            _state.Change(next);
            shared.Feed.Add(this.GetGrainId().Key.AsSpan(), next, _version);
        }
        catch (Exception fault) when (fault is not StoreOverloadedException)
        {
            _version = InDoubt;
            throw;
        }
    }

    // Until the customer is active elsewhere, what is told to this one is passed on to there.
    private async Task RemoveOnceMoved()
    {
        await GrainContext.Deactivated;
        shared.Loaded.Remove(this);
    }
}
