using Orleans.Placement;
using Zhice.Contracts.Customers;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;
using Zhice.Storage.Answers;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Customers;

/// <summary>
/// One customer. Readers, on whatever thread, see the committed state only: a change is made on a copy, committed, and then made current.
/// The store decides between two activations: a stale write fails, and this one forgets what it knew.
/// </summary>
/// <remarks>
/// There are millions of these: a field here is paid for in gigabytes. What all of them share is behind one field, and
/// the state is packed unless the customer was called recently.
/// </remarks>
[GrainType("customer"), PreferLocalPlacement]
internal sealed partial class CustomerGrain(CustomerServices shared) : Grain, ICustomerGrain, IGrainMigrationParticipant, IUnsavedCustomer
{
    private const string MigratedState = "zhice.state";
    private const string MigratedVersion = "zhice.version";
    private const string MigratedDecisions = "zhice.decisions";

    private readonly CommittedState _state = new(shared.Unpacked);
    private RecentDecisions? _decisions;

    // When it is to be called and not just read, in seconds of the machine's clock; and whether others may have its state by now.
    private uint _callDueAt;
    private volatile bool _isLeaving;

    // When it was last read, in 16 ms of the machine's clock.
    private ushort _readAt;

    // Whether an exposure of the customer waits to be recorded.
    private volatile bool _isExposing;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // A silo that has just come may be called before it knows the catalogue: nothing is decided, and no event taken, by none.
        if (!shared.Catalogs.IsKnown)
        {
            await shared.Catalogs.WaitUntilKnownAsync(cancellationToken);
        }

        _callDueAt = shared.RuntimeCalls.GetNext();

        // Before the read: what the store changes from here on is told, and waits until the customer is active.
        shared.Loaded.Add(this);
        if (_state.IsKnown)
        {
            return;
        }

        try
        {
            var (packed, version) = await shared.Store.ReadAsync(this.GetGrainId());
            _state.Publish(packed, version);
        }
        catch
        {
            shared.Loaded.Remove(this);
            throw;
        }

        if (_state.Version == 0)
        {
            shared.Strangers.Add(this);
        }
    }

    // From outside of its turns: a write that is under way is waited for, and what it made is read at the next call.
    void IUnsavedCustomer.LeaveIfUnknown()
    {
        if (_state.Version == 0)
        {
            GrainContext.Deactivate(
                new(DeactivationReasonCode.ApplicationRequested, "Nothing is kept of this customer, and others were called since."));
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _isLeaving = true;
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
        if (!_state.IsInDoubt)
        {
            context.TryAddValue(MigratedState, _state.ToBytes());
            context.TryAddValue(MigratedVersion, _state.Version);
        }

        // A silo that stops leaves decisions behind: those of all its customers would be gigabytes.
        if (_decisions is { IsFollowed: true } decisions)
        {
            context.TryAddValue(MigratedDecisions, decisions.List(this.GetPrimaryKeyString()));
        }
    }

    public void OnRehydrate(IRehydrationContext context)
    {
        if (context.TryGetValue<byte[]>(MigratedState, out var bytes) && context.TryGetValue<long>(MigratedVersion, out var version))
        {
            _state.Publish(bytes, version);
        }

        if (context.TryGetValue<RememberedDecision[]>(MigratedDecisions, out var decisions))
        {
            foreach (var remembered in decisions!)
            {
                Recent.Add(LentDecision.Of(remembered.Decision), remembered.Context);
            }
        }
    }

    public async ValueTask<ChangeAnswer> UpdateTags(TagUpdate update)
    {
        if (await AnswerGiven(update.RequestId, update.BodyHash) is { } given)
        {
            return given;
        }

        var answer = await Transact(change =>
        {
            change.Walk?.Until(change.NowMs);
            change.Next.Tags.RemoveExpired(change.NowMs);
            for (var i = 0; i < update.Changes.Length; i++)
            {
                if (!update.Changes[i].TryApply(change.Next, update.Source, change.NowMs))
                {
                    return ValueTask.FromResult((false, new ChangeAnswer(ChangeOutcome.OutOfRange, _state.Version, i)));
                }
            }

            change.Walk?.AfterChange();
            change.Next.Remember(update.RequestId, update.BodyHash, change.NowMs, _state.Version + 1, []);
            return ValueTask.FromResult((true, new ChangeAnswer(ChangeOutcome.Made, 0, 0)));
        });

        // Only the store knows the version that a new customer gets.
        return answer.Outcome == ChangeOutcome.Made ? answer with { Version = _state.Version } : answer;
    }

    public async ValueTask<ChangeAnswer> UpdateConsent(ConsentUpdate update)
    {
        if (await AnswerGiven(update.RequestId, update.BodyHash) is { } given)
        {
            return given;
        }

        var (before, next, nowMs) = (_state.Current.Consents, _state.Current.Clone(), NowMs);
        var atMs = update.AtMs ?? next.Consents.GetNextInstant(update.Channel, update.Purpose, nowMs);
        ConsentRecording.Record(next, new(update.Channel, update.Purpose, update.IsGranted, atMs)
        {
            Source = update.Source, EvidenceId = update.EvidenceId, Actor = update.Actor, RecordedAtMs = nowMs,
        });
        RefusalRecording.Record(before, next, update.Channel, update.Purpose, shared.Catalogs.Current);
        await Commit(next, update.RequestId, update.BodyHash);
        return new(ChangeOutcome.Made, _state.Version, 0);
    }

    public async ValueTask Reload()
    {
        try
        {
            var (packed, version) = await shared.Store.ReadAsync(this.GetGrainId());
            _state.Publish(packed, version);
        }
        catch (Exception fault)
        {
            // What is known is old: the next activation reads it.
            _state.Doubt();
            GrainContext.Deactivate(new(DeactivationReasonCode.ApplicationError, fault, "A read failed."));
            throw;
        }
    }

    public ValueTask<CustomerRecord?> Find() =>
        ValueTask.FromResult(_state.Version == 0 ? null : new CustomerRecord(_state.Current, _state.Version));

    public Task<object> GetState() =>
        Task.FromResult<object>(MaskedCustomer.Create(_state.Current, _state.Version, shared.Catalogs.Current, NowMs));

    private long NowMs => shared.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private CustomerView CreateView(CustomerState state, Catalog catalog) =>
        new(
            state, catalog, [], NowMs,
            state.Consents.Allows(channel: 0, Purpose.Personalization)) { Id = this.GetPrimaryKeyString(), Version = _state.Version };

    private async ValueTask<ChangeAnswer?> AnswerGiven(string requestId, ulong bodyHash) =>
        await Answered(requestId) is not { } answered ? null
        : answered.BodyHash == bodyHash ? new(ChangeOutcome.Made, answered.Version, 0)
        : new(ChangeOutcome.RequestIdReused, _state.Version, 0);

    // The call with this id, if it was answered within 7 days: mostly the state says so, or that there was none.
    private ValueTask<AnsweredRequest?> Answered(string requestId)
    {
        var requests = _state.Look().AnsweredRequests;
        return requests.Find(requestId) is { } answered ? ValueTask.FromResult<AnsweredRequest?>(answered)
            : requests.IsInStore(requestId, out var idHash) && shared.Stores is { } stores ? Find(stores, idHash)
            : default;
    }

    private async ValueTask<AnsweredRequest?> Find(IStores stores, ulong idHash) =>
        await stores.Answers.FindAsync(this.GetPrimaryKeyString(), idHash) is { } answered
            && AnsweredRequests.IsWithinReach(answered, NowMs)
            ? answered
            : null;

    private Task Commit(CustomerState next, string requestId, ulong bodyHash, byte[]? answer = null, bool staysUnpacked = true)
    {
        next.Remember(requestId, bodyHash, NowMs, _state.Version + 1, answer ?? []);
        return Commit(next, staysUnpacked);
    }

    private async Task Commit(CustomerState next, bool staysUnpacked = true)
    {
        try
        {
            var write = new CustomerWrite(next, _state.Version);
            await shared.Store.WriteAsync(this.GetGrainId(), write);
            _state.Publish(next, write.Version, staysUnpacked);
            shared.Feed.Add(this.GetGrainId().Key.AsSpan(), next, _state.Version);
        }
        catch (Exception fault) when (fault is not (StoreOverloadedException or StockLeaseOverException or ContactCountedException or CustomerErasedException))
        {
            _state.Doubt();
            shared.Feed.Lose(this.GetGrainId().Key.AsSpan());
            GrainContext.Deactivate(new(DeactivationReasonCode.ApplicationError, fault, "A write failed."));
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
