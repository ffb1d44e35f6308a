using System.Collections.Immutable;
using System.Globalization;
using Orleans.Placement;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Learning;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Effects;
using Zhice.Domain.Learning;
using Zhice.Domain.Tags;

namespace Zhice.Grains.Customers;

/// <summary>
/// One customer. Readers see the committed state only: a change is made on a copy, committed, and then made current.
/// The store decides between two activations: a stale write fails, and this one forgets what it knew.
/// </summary>
[GrainType("customer"), PreferLocalPlacement]
internal sealed class CustomerGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<CustomerState> stored,
    ICatalogs catalogs,
    PropensityModels models,
    TimeProvider clock) : Grain, ICustomerGrain
{
    private readonly RecentDecisions _decisions = new();
    private CustomerState _current = new();
    private string _id = "";
    private long _version;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = this.GetPrimaryKeyString();
        _current = stored.State;
        _version = VersionOf(stored.Etag);
        return Task.CompletedTask;
    }

    public ValueTask<Decision> Recommend(RecommendQuery query) =>
        ValueTask.FromResult(_decisions.Add(Decide(query, catalogs.Current, isCounted: false)));

    public async ValueTask<RecommendAnswer> RecommendAndCount(RecommendQuery query)
    {
        if (_current.AnsweredRequests.Find(query.RequestId) is { } answered)
        {
            return answered.BodyHash == query.BodyHash
                ? new(ChangeOutcome.Made, DecisionCodec.FromBytes(answered.Answer))
                : new(ChangeOutcome.RequestIdReused, null);
        }

        var catalog = catalogs.Current;
        var decision = Decide(query, catalog, isCounted: true);
        var next = _current.Clone();
        foreach (ref readonly var offer in decision.Offered)
        {
            var contact = new ContactId(decision.Id, offer.Action);
            EventRecording.CountContact(next, contact, decision.Id.DecidedAtMs, catalog);
            (next.Effects ??= new()).Count(new CountedContact(contact.ToString(), decision.Id.DecidedAtMs));
        }

        await Commit(next, query.RequestId, query.BodyHash, DecisionCodec.ToBytes(decision, onlyOffered: true));
        return new(ChangeOutcome.Made, _decisions.Add(decision));
    }

    public ValueTask<Decision?> FindDecision(DecisionId id) => ValueTask.FromResult(_decisions.Find(id));

    public async ValueTask<ImmutableArray<EventOutcome>> Record(ImmutableArray<CustomerEvent> events)
    {
        var (catalog, nowMs) = (catalogs.Current, NowMs);
        var next = _current.Clone();
        var outcomes = ImmutableArray.CreateBuilder<EventOutcome>(events.Length);
        var lessons = new List<(string ActionId, Lesson Lesson)>();
        foreach (var happened in events)
        {
            var effect = EventRecording.Record(next, happened, catalog, nowMs);
            outcomes.Add(effect.Outcome);
            if (effect.IsLesson && catalog.Action(happened.Action) is { } action)
            {
                var isAccepted = happened.Feedback == FeedbackType.Acceptance;
                lessons.Add((action.Id, new Lesson(FeaturesOf(happened.Decision, catalog, nowMs), isAccepted)));
            }
        }

        if (outcomes.Contains(EventOutcome.Recorded))
        {
            await Commit(next);
        }

        foreach (var (actionId, lesson) in lessons)
        {
            await GrainFactory.GetGrain<ILearnerGrain>(actionId).Learn(lesson);
        }

        return outcomes.MoveToImmutable();
    }

    public async ValueTask<ChangeAnswer> UpdateTags(TagUpdate update)
    {
        if (AnswerGiven(update.RequestId, update.BodyHash) is { } given)
        {
            return given;
        }

        var nowMs = NowMs;
        var next = _current.Clone();
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

        var next = _current.Clone();
        next.Consents.Set(update.Channel, update.Purpose, update.IsGranted, NowMs);
        await Commit(next, update.RequestId, update.BodyHash);
        return new(ChangeOutcome.Made, _version, 0);
    }

    public ValueTask<CustomerRecord?> Find() =>
        ValueTask.FromResult(_version == 0 ? null : new CustomerRecord(_current, _version));

    public Task<object> GetState() =>
        Task.FromResult<object>(MaskedCustomer.Of(_current, _version, catalogs.Current, NowMs));

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private Decision Decide(RecommendQuery query, Catalog catalog, bool isCounted)
    {
        var nowMs = NowMs;
        if (!catalog.Placements.TryGetValue(query.PlacementId, out var placement) || (placement.CountsAtDecision && !isCounted))
        {
            // The catalogue changed since the caller was let through: nothing may be said there in this way.
            return Decision.OfNothing(
                DecisionId.Create(nowMs, catalog.Symbols.Find(SymbolKind.Placement, query.PlacementId), _id), _id, catalog.Version, _version);
        }

        var id = DecisionId.Create(nowMs, placement.Number, _id);
        return Decider.Decide(
            id, _id, _version, new CustomerView(_current, catalog, query.Context, nowMs), placement, models, query.Limit);
    }

    private ChangeAnswer? AnswerGiven(string requestId, ulong bodyHash) =>
        _current.AnsweredRequests.Find(requestId) is not { } answered ? null
        : answered.BodyHash == bodyHash ? new(ChangeOutcome.Made, answered.Version, 0)
        : new(ChangeOutcome.RequestIdReused, _version, 0);

    // What the models saw at the decision; when that is forgotten (a restart, or many decisions since), what they see now.
    private ImmutableArray<ushort> FeaturesOf(DecisionId id, Catalog catalog, long nowMs)
    {
        if (_decisions.Find(id) is { } decision)
        {
            return decision.Features;
        }

        if (catalog.Placement(id.Placement) is not { } placement)
        {
            return [];
        }

        Span<ushort> features = stackalloc ushort[FeatureVector.MaxLength];
        return [.. features[..FeatureVector.Fill(new CustomerView(_current, catalog, [], nowMs), placement, features)]];
    }

    private Task Commit(CustomerState next, string requestId, ulong bodyHash, byte[]? answer = null)
    {
        next.AnsweredRequests.Add(requestId, bodyHash, NowMs, _version + 1, answer ?? []);
        return Commit(next);
    }

    private async Task Commit(CustomerState next)
    {
        await stored.CommitAsync(next, GrainContext);
        (_current, _version) = (next, VersionOf(stored.Etag));
    }

    private static long VersionOf(string? etag) => etag is null ? 0 : long.Parse(etag, CultureInfo.InvariantCulture);
}
