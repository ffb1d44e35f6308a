using System.Collections.Immutable;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Learning;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Decisions.Checks;
using Zhice.Domain.Effects;
using Zhice.Domain.Learning;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;
using Zhice.Storage.Background;

namespace Zhice.Grains.Customers;

/// <content>What to say to the customer, and why it was said.</content>
internal sealed partial class CustomerGrain
{
    public ValueTask<Decision> Recommend(RecommendQuery query)
    {
        Calls.Note();
        var (catalog, state) = (shared.Catalogs.Current, IsReadOften() ? _state.Current : _state.Look());
        var decision = Remember(Decide(query, catalog, state, _state.Version, isCommitted: false), query, state);
        Expose(LentDecision.Of(decision), state, catalog);
        return ValueTask.FromResult(decision);
    }

    /// <summary>
    /// Recommends without a turn, on any thread; false when the state is not known here, or when the runtime is to see a call: it takes
    /// customers that nobody calls out of the memory.
    /// </summary>
    /// <param name="customerId">The customer's own id, as the caller has it: the runtime has bytes alone.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="buffers">Where the decision is made.</param>
    /// <param name="decision">The decision.</param>
    public bool TryRecommend(string customerId, scoped in LocalQuery query, DecisionBuffers buffers, out LentDecision decision)
    {
        CacheLines.Fetch(_decisions, RecentDecisions.Lines);
        var catalog = shared.Catalogs.Current;
        if (_isLeaving || IsCallDue() || !_state.TryRead(out var state, out var version, IsReadOften())
            || !catalog.Placements.TryGetValue(query.PlacementId, out var placement) || placement.CommitsAtDecision)
        {
            decision = default;
            return false;
        }

        _decisions?.Expect();
        var view = View(customerId, state, version, catalog, query.Context, query.IsNonPersonalized);
        var id = shared.Keys.Current.Create(view.NowMs, placement.Number, customerId);
        decision = Decider.Decide(id, view, placement, shared.Models, shared.Stock, query.Limit, buffers);
        if (query.IsRehearsal)
        {
            // Forgotten at once: the next decision finds the code compiled.
            new RecentDecisions().Add(decision, query.Context);
            return true;
        }

        Calls.Note();
        if (shared.DecisionLog.Takes(id) || shared.FactLog.Takes(id))
        {
            Log(decision.ToDecision(), new(query.PlacementId, query.Limit, query.Context, "", 0, query.IsNonPersonalized), state);
        }

        Recent.Add(decision, query.Context);
        Expose(decision, state, catalog);
        return true;
    }

    public ValueTask<ExplainedDecision> Rehearse(RecommendQuery query)
    {
        var decision = Decide(query, shared.Catalogs.Current, _state.Current, _state.Version, isCommitted: true, isAnswerable: false);
        return ValueTask.FromResult(Explained(decision, _state.Current, query.Context, shared.Catalogs.Current) with
        {
            ShownProbabilities = GetShownProbabilities(decision, query, _state.Current),
        });
    }

    public async ValueTask<RecommendAnswer> RecommendAndCount(RecommendQuery query)
    {
        Calls.Note();
        if (await Answered(query.RequestId) is { } answered)
        {
            return answered.BodyHash == query.BodyHash
                ? new(ChangeOutcome.Made, DecisionCodec.FromBytes(answered.Answer))
                : new(ChangeOutcome.RequestIdReused, null);
        }

        var isOften = IsReadOften();
        while (true)
        {
            // Again when an action ran out of stock after it was offered and before its unit was taken.
            var catalog = shared.Catalogs.Current;
            var before = isOften ? _state.Current : _state.Look();
            var decision = Decide(query, catalog, before, _state.Version, isCommitted: true);
            var offers = OffersOf(decision);
            if (await shared.Stock.TakeAsync(offers, before, catalog) is { } units)
            {
                var lessons = new List<(string ActionId, Lesson Lesson)>();
                var next = _state.Copy();
                AddOffers(next, decision, offers, catalog, lessons);
                if (catalog.Placement(decision.Id.Placement) is { } placement)
                {
                    ExposureRecording.Record(next, decision.CustomerId, placement, catalog, decision.Id.DecidedAtMs);
                }

                units.AddTo(next);
                if (await units.CommitAsync(
                    Commit(next, query.RequestId, query.BodyHash, DecisionCodec.ToBytes(decision, onlyOffered: true), isOften)))
                {
                    Teach(lessons);
                    return new(ChangeOutcome.Made, Remember(decision, query, before));
                }
            }
        }
    }

    public async ValueTask<ExplainedDecision?> Explain(DecisionId id)
    {
        if (await IsErased())
        {
            _decisions = null;
            return null;
        }

        var logged = await shared.DecisionLog.FindAsync(id, this.GetPrimaryKeyString());
        var remembered = _decisions?.Find(id, this.GetPrimaryKeyString());
        if ((logged?.Decision ?? remembered?.Decision) is not { } decision)
        {
            return null;
        }

        var state = logged is not null ? CustomerStateCodec.FromBytes(logged.State)
            : decision.StateVersion == _state.Version ? _state.Current
            : null;
        return state is not null && await shared.Catalogs.FindAsync(decision.CatalogVersion) is { } catalog
            ? Explained(
                decision, state, logged?.Context ?? remembered!.Context,
                catalog.AsThen(decision.Verdicts)) with { ShownProbabilities = logged?.ShownProbabilities ?? [] }
            : new(decision, []);
    }

    public async ValueTask<ReplayedDecision?> ReplayDecision(DecisionId id) =>
        await shared.DecisionLog.FindAsync(id, this.GetPrimaryKeyString()) is { } record
        && await shared.Catalogs.FindAsync(record.Decision.CatalogVersion) is { } catalog
        && record.Replay(catalog) is { } again
            ? new(record.Decision, again, DecisionRecord.IsSame(record.Decision, again))
            : null;

    private RecentDecisions Recent => LazyInitializer.EnsureInitialized(ref _decisions, static () => new());

    // A state that is read twice in 16 ms stays unpacked. Others would have to leave before the next call, so only a few parts are read.
    private bool IsReadOften()
    {
        var now = (ushort)(Environment.TickCount64 >> 4);
        var isOften = now == _readAt;
        _readAt = now;
        return isOften;
    }

    private bool IsCallDue()
    {
        if (RuntimeCalls.Now < _callDueAt)
        {
            return false;
        }

        _callDueAt = shared.RuntimeCalls.GetNext();
        return true;
    }

    private Decision Decide(
        RecommendQuery query, Catalog catalog, CustomerState state, long version, bool isCommitted, bool isAnswerable = true)
    {
        var view = View(this.GetPrimaryKeyString(), state, version, catalog, query.Context, query.IsNonPersonalized);
        if (!catalog.Placements.TryGetValue(query.PlacementId, out var placement) || (placement.CommitsAtDecision && !isCommitted))
        {
            // The catalogue changed since the caller was let through: nothing may be said there in this way.
            return Decision.Empty(
                shared.Keys.Current.Create(view.NowMs, catalog.Symbols.Find(SymbolKind.Placement, query.PlacementId), view.Id), view.Id,
                catalog.Version, version);
        }

        var id = isAnswerable
            ? shared.Keys.Current.Create(view.NowMs, placement.Number, view.Id)
            : DecisionId.Create(view.NowMs, placement.Number, view.Id);
        return Decider.Decide(id, view, placement, shared.Models, shared.Stock, query.Limit);
    }

    private CustomerView View(
        string id, CustomerState state, long version, Catalog catalog, ImmutableArray<ContextTag> context, bool isNonPersonalized)
    {
        var isPersonalized = !isNonPersonalized && state.Consents.Allows(channel: 0, Purpose.Personalization);
        return new(state, catalog, context, NowMs, isPersonalized) { Id = id, Version = version };
    }

    private static ContactId[] OffersOf(Decision decision)
    {
        var offers = new ContactId[decision.OfferedCount];
        for (var i = 0; i < offers.Length; i++)
        {
            offers[i] = new(decision.Id, decision.Verdicts[i].Action);
        }

        return offers;
    }

    private void AddOffers(
        CustomerState next, Decision decision, ContactId[] offers, Catalog catalog, List<(string ActionId, Lesson Lesson)> lessons)
    {
        if (offers.Length > 0)
        {
            next.KeptDecisions.Keep(decision.ToKept(), decision.Id.DecidedAtMs, shared.Attribution);
        }

        foreach (var (place, offer) in offers.Index())
        {
            var treatment = decision.Verdicts[place].Treatment;
            if (catalog.Placement(offer.Decision.Placement) is { CountsAtDecision: true })
            {
                EventRecording.CountContact(next, offer, offer.Decision.DecidedAtMs, catalog, treatment);
                (next.Effects ??= new()).Count(
                    new CountedContact(offer.ToString(), offer.Decision.DecidedAtMs) { SinceMs = offer.Decision.DecidedAtMs });
                RecordShown(next, decision, place, catalog);
                AddLesson(lessons, Exposure.TaughtWhenSent(next, offer, catalog, offer.Decision.DecidedAtMs), offer, catalog);
            }
            else
            {
                EventRecording.ReserveContact(next, offer, catalog, treatment);
            }
        }
    }

    private static void RecordShown(CustomerState next, Decision decision, int place, Catalog catalog)
    {
        var (verdict, offer) = (decision.Verdicts[place], new ContactId(decision.Id, decision.Verdicts[place].Action));
        var candidate = catalog.Placement(offer.Decision.Placement)?.Candidates.FirstOrDefault(candidate =>
            candidate.Action.Number == offer.Action);
        var treatmentId = candidate is not null && verdict.Treatment < candidate.Treatments.Length
            ? candidate.Treatments[verdict.Treatment].Id
            : "";
        var atMs = offer.Decision.DecidedAtMs;
        var group = FactRecording.GetGroup(offer, treatmentId, catalog) with
        {
            Tier = FactRecording.GetTier(next, catalog, atMs), Arm = catalog.GetContrastArm(decision.CustomerId),
        };
        var fact = Fact.Of(FactKind.Shown, offer.ToString(), atMs, catalog.Calendar.GetDay(atMs), group) with
        {
            Rank = place + 1, Probability = (float)verdict.Propensity,
        };
        FactRecording.Touch(next, new(offer, atMs, fact.GroupId), fact, atMs);
    }

    private ExplainedDecision Explained(Decision decision, CustomerState state, ImmutableArray<ContextTag> context, Catalog catalog)
    {
        var view = new CustomerView(state, catalog, context, decision.Id.DecidedAtMs, decision.IsPersonalized) { Id = decision.CustomerId };
        return new(
            decision,
            catalog.Placement(decision.Id.Placement) is { } placement
                ? CandidateChecks.List(decision, view, placement, shared.Models)
                : []);
    }

    private Decision Remember(Decision decision, RecommendQuery query, CustomerState state)
    {
        Log(decision, query, state);
        var elsewhere = query.FromSilo == shared.Following.Here ? 0 : query.FromSilo;
        if (Recent.Add(LentDecision.Of(decision), query.Context, elsewhere) && _state.Version > 0)
        {
            shared.Following.Move(GrainContext, elsewhere);
        }

        return decision;
    }

    private void Log(Decision decision, RecommendQuery query, CustomerState state)
    {
        if (shared.DecisionLog.Takes(decision.Id))
        {
            shared.DecisionLog.Add(new(decision, CustomerStateCodec.Pack(state), query.Context, query.Limit)
            {
                ShownProbabilities = GetShownProbabilities(decision, query, state),
            });
        }

        shared.FactLog.Add(decision, shared.Catalogs.Current);
    }

    private ImmutableArray<float> GetShownProbabilities(Decision decision, RecommendQuery query, CustomerState state)
    {
        var catalog = shared.Catalogs.Current;
        if (catalog.Version != decision.CatalogVersion || catalog.Placement(decision.Id.Placement) is not { } placement)
        {
            return [];
        }

        var view = new CustomerView(
            state, catalog, query.Context, decision.Id.DecidedAtMs, decision.IsPersonalized) { Id = decision.CustomerId };
        return ShownProbabilities.Compute(decision, view, placement, shared.Models, query.Limit);
    }
}
