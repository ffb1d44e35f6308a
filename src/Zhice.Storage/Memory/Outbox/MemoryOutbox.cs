using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Effects;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;
using Zhice.Storage.Memory.Facts;
using Zhice.Storage.Memory.States;
using Zhice.Storage.Outbox;
using Zhice.Storage.States;

namespace Zhice.Storage.Memory.Outbox;

/// <summary>The outbox in memory. What commits do to it is done under the store's gate.</summary>
internal sealed class MemoryOutbox(Lock gate, MemoryStates states, MemoryFacts facts, TimeProvider clock) : IOutboxStore
{
    private readonly MemoryOutboxRows _rows = new();
    private readonly Dictionary<(int Bucket, string ContactId), (MemoryOutboxRow Row, string Reason, long DiedAtMs)> _dead = [];
    private readonly Dictionary<(string CampaignId, string ChannelId, int Day, DeliveryOutcome Outcome), long> _counts = [];
    private long _seq;

    /// <summary>All contacts on their way, for tests.</summary>
    internal IEnumerable<(string ContactId, string ChannelId)> OnTheirWay =>
        _rows.Expiring.Select(static row => (row.ContactId, row.ChannelId));

    /// <summary>The groups of the contacts that wait, under the store's gate.</summary>
    public IEnumerable<long> Groups => _rows.Expiring.Select(static row => row.GroupId);

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Makes sure that contacts can be sent.</summary>
    /// <exception cref="InvalidOperationException">One is on its way already, or is there twice.</exception>
    public void CheckNew(StateKey customer, IReadOnlyList<OutboundContact> contacts)
    {
        for (var i = 0; i < contacts.Count; i++)
        {
            var contactId = contacts[i].ContactId;
            if (_rows.TryFind(customer.Bucket, contactId, out _) || (i > 0 && contacts.Take(i).Any(other => other.ContactId == contactId)))
            {
                throw new InvalidOperationException($"The contact {contactId} is on its way already.");
            }
        }
    }

    /// <summary>Puts a contact in.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="contact">The contact.</param>
    /// <param name="stateVersion">The version that the customer has after the commit.</param>
    public void Send(StateKey customer, OutboundContact contact, long stateVersion)
    {
        _rows.Add(new(customer, contact.ContactId, contact.ChannelId, contact.CampaignId, contact.Message, ++_seq, stateVersion)
        {
            AvailableAtMs = contact.AvailableAtMs, NextAtMs = contact.AvailableAtMs, ExpiresAtMs = contact.ExpiresAtMs,
            GroupId = contact.GroupId,
        });
        if (contact.ToFact() is { } fact)
        {
            facts.Record(customer, fact);
        }
    }

    /// <summary>Takes a customer's contact out, if it is there, and counts how it ended.</summary>
    public void End(StateKey customer, EndedContact contact)
    {
        if (!_rows.TryFind(customer.Bucket, contact.ContactId, out var row) || !row.Customer.Equals(customer))
        {
            return;
        }

        if (contact.Outcome == DeliveryOutcome.GivenUp)
        {
            _dead[(customer.Bucket, contact.ContactId)] = (row, contact.Reason, NowMs);
        }

        _rows.Remove(row);
        Wake(row, contact.AtMs ?? NowMs);
        var day = contact.Day ?? (int)(NowMs / 86_400_000);
        Count(row.CampaignId, row.ChannelId, contact.Outcome, day);
        if (row.GroupId != 0)
        {
            var isSent = contact.Outcome == DeliveryOutcome.Sent;
            facts.Record(customer, new(isSent ? FactKind.HandedOver : FactKind.Void, contact.ContactId, contact.AtMs ?? NowMs, day, row.GroupId)
            {
                Code = isSent ? 0 : (int)contact.Outcome,
            });
        }
    }

    /// <summary>A customer's contacts that wait or are out, under the store's gate.</summary>
    public IReadOnlyList<string> ContactsOf(StateKey customer) => [.. _rows.ForCustomer(customer).Select(static row => row.ContactId)];

    /// <summary>A customer's contacts, under the store's gate.</summary>
    public IReadOnlyList<MemoryOutboxRow> List(StateKey customer) => _rows.ForCustomer(customer);

    /// <summary>A customer's dead letters, under the store's gate.</summary>
    public IEnumerable<MemoryOutboxRow> ListDead(StateKey customer) =>
        _dead.Values.Select(static dead => dead.Row).Where(row => row.Customer.Equals(customer));

    /// <summary>Removes a customer's contacts, under the store's gate.</summary>
    public int Remove(StateKey customer)
    {
        var rows = _rows.ForCustomer(customer).ToList();
        rows.ForEach(_rows.Remove);
        return rows.Count;
    }

    /// <summary>Removes a customer's dead letters, under the store's gate.</summary>
    public int RemoveDead(StateKey customer) =>
        _dead.Where(dead => dead.Value.Row.Customer.Equals(customer)).Select(static dead => dead.Key).ToList().Count(_dead.Remove);

    /// <summary>Ends the time of what waits of an action.</summary>
    public void Void(StateKey customer, VoidedAction action)
    {
        foreach (var row in _rows.ForCustomer(customer))
        {
            if (row.ContactId.EndsWith(action.ContactEnd, StringComparison.Ordinal) && !row.IsOut(action.AtMs))
            {
                _rows.Change(row, row => row.ExpiresAtMs = Math.Min(row.ExpiresAtMs, action.AtMs));
            }
        }
    }

    /// <summary>Takes a contact out of the dead letters, if it is one of the customer's.</summary>
    public void Revive(StateKey customer, string contactId)
    {
        if (_dead.TryGetValue((customer.Bucket, contactId), out var dead) && dead.Row.Customer.Equals(customer))
        {
            _dead.Remove((customer.Bucket, contactId));
        }
    }

    /// <summary>Counts an end, or what was heard.</summary>
    public void Count(string campaignId, string channelId, DeliveryOutcome outcome, int day)
    {
        var key = (campaignId, channelId, day, outcome);
        _counts[key] = _counts.GetValueOrDefault(key) + 1;
    }

    // To put behind is to change an order in memory: leases do it all themselves.
    public Task BesideLeases => Task.CompletedTask;

    public Task<LeaseAnswer> LeaseAsync(LeaseTerms terms) => RunAsync<LeaseAnswer>(() =>
    {
        List<LeasedContactRow> leased = [];
        var (looksAt, hasMore) = (terms.Limit, true);
        for (var turns = 0; hasMore && leased.Count < terms.Limit && turns < WaitingBehind.MaxTurnsInMemory; turns++)
        {
            var limit = terms.Limit - leased.Count;
            hasMore = Lease(terms with { Limit = limit }, Math.Max(looksAt, limit), leased);
            looksAt = WaitingBehind.AtOnce;
        }

        return new(leased, hasMore);
    });

    public Task<IReadOnlyList<LeasedContactRow>> LeaseOverdueAsync(
        int limit, long nowMs, long endsAtMs) => RunAsync<IReadOnlyList<LeasedContactRow>>(() =>
    {
        var due = _rows.Expiring
            .TakeWhile(row => row.ExpiresAtMs <= nowMs)
            .Where(row => !row.IsOut(nowMs))
            .Take(limit).ToList();
        return Lease(due, nowMs, endsAtMs, static row => row.IsBehind = false);
    });

    public Task<SettlementOutcome[]> AcknowledgeAsync(
        IReadOnlyList<ContactLease> contacts, int day, long nowMs) => RunAsync<SettlementOutcome[]>(() =>
        [.. contacts.Select(contact =>
            Settle(contact, row => End(row.Customer, new(row.ContactId, DeliveryOutcome.Sent, day) { AtMs = nowMs })))]);

    public Task<SettlementOutcome[]> ReturnAsync(IReadOnlyList<ReturnedContact> contacts, long nowMs) => RunAsync<SettlementOutcome[]>(() =>
        [.. contacts.Select(contact => Settle(
            contact.Contact,
            row =>
            {
                _rows.Change(
                    row, row => (row.Lease, row.NextAtMs, row.Reason, row.IsBehind) = (null, contact.NextAtMs, contact.Reason, false));
                if (row.ExpiresAtMs <= nowMs)
                {
                    Wake(row, nowMs);
                }
            }))]);

    public Task<SettlementOutcome[]> DeferAsync(IReadOnlyList<DeferredContact> contacts, long nowMs) => RunAsync<SettlementOutcome[]>(() =>
        [.. contacts.Select(contact => Settle(
            contact.Contact,
            row =>
            {
                _rows.Change(row, row =>
                {
                    (row.Lease, row.NextAtMs, row.ExpiresAtMs, row.HeldBy, row.IsBehind) =
                        (null, contact.NextAtMs, contact.ExpiresAtMs, contact.HeldBy, false);
                    row.Attempts--;
                });
                Wake(row, nowMs);
            }))]);

    public Task<IReadOnlyList<string>> ListHoldersAsync() => RunAsync<IReadOnlyList<string>>(() =>
        [.. _rows.Holders]);

    public Task<int> ReleaseAsync(string heldBy, long nowMs, int maximum) => ChangeAsync(
        row => row.HeldBy == heldBy && heldBy.Length > 0, maximum, row => (row.HeldBy, row.NextAtMs) = ("", Math.Min(row.NextAtMs, nowMs)));

    public Task<int> VoidCampaignAsync(string campaignId, long decidedBeforeMs, long nowMs, int maximum) => ChangeAsync(
        row =>
            row.CampaignId == campaignId && campaignId.Length > 0
                && string.CompareOrdinal(row.ContactId, ContactId.FirstDecidedAt(decidedBeforeMs)) < 0 && row.ExpiresAtMs > nowMs
                && !row.IsOut(nowMs),
        maximum, row => row.ExpiresAtMs = nowMs);

    public Task<IReadOnlyList<WaitingContactRow>> ListWaitingAsync(
        WaitingFilter filter, WaitingPlace after, int maximum) => RunAsync<IReadOnlyList<WaitingContactRow>>(() =>
        [.. Waiting(filter.ChannelId, filter.CampaignId)
            .Where(row =>
                row.AvailableAtMs <= filter.AvailableBeforeMs && (row.NextAtMs, row.Seq).CompareTo((after.NextAtMs, after.Seq)) > 0)
            .OrderBy(static row => (row.NextAtMs, row.Seq)).Take(maximum)
            .Select(static row => row.Waiting)]);

    public Task<IReadOnlyList<WaitingCountRow>> CountWaitingAsync(
        string channelId, string campaignId, long nowMs) => RunAsync<IReadOnlyList<WaitingCountRow>>(() =>
        [.. Waiting(channelId, campaignId)
            .GroupBy(row => (row.ChannelId, IsLeased: row.IsOut(nowMs), row.HeldBy))
            .Select(static rows => new WaitingCountRow(
                rows.Key.ChannelId, rows.Key.IsLeased, rows.Key.HeldBy, rows.Count(), rows.Min(static row => row.AvailableAtMs)))]);

    public Task<LeasedContactRow?[]> FindAsync(IReadOnlyList<ContactLease> contacts) => RunAsync<LeasedContactRow?[]>(() =>
        [.. contacts.Select(contact =>
            _rows.TryFind(contact.Lease.Bucket, contact.ContactId, out var row) && row.Token == contact.Lease ? row.Leased(false) : null)]);

    public Task<IReadOnlyList<DeadLetter>> ListDeadAsync(
        string channelId, DeadLetterPlace after, int limit) => RunAsync<IReadOnlyList<DeadLetter>>(() =>
        [.. Dead(channelId)
            .Where(dead =>
                dead.DiedAtMs < after.DiedAtMs
                    || (dead.DiedAtMs == after.DiedAtMs && string.CompareOrdinal(dead.Row.ContactId, after.ContactId) < 0))
            .Take(limit)
            .Select(ToDeadLetter)]);

    public Task<IReadOnlyList<DeadLetter>> FindDeadAsync(
        string channelId, IReadOnlyList<string> contactIds) => RunAsync<IReadOnlyList<DeadLetter>>(() =>
    {
        var wanted = contactIds.ToHashSet();
        return [.. Dead(channelId).Where(dead => wanted.Contains(dead.Row.ContactId)).Select(ToDeadLetter)];
    });

    public Task<IReadOnlyList<DeadLetter>> FindDeadOfCustomerAsync(
        string customerId, IReadOnlyList<string> contactIds) => RunAsync<IReadOnlyList<DeadLetter>>(() =>
    {
        var customer = CustomerKey.Create(customerId);
        return
        [
            .. contactIds.Distinct().Select(contactId => _dead.GetValueOrDefault((customer.Bucket, contactId)))
                .Where(dead => dead.Row?.Customer.Equals(customer) is true).Select(ToDeadLetter),
        ];
    });

    public Task ForgetDeadAsync(long beforeMs) => RunAsync(() =>
    {
        foreach (var key in _dead.Where(dead => dead.Value.DiedAtMs < beforeMs).Select(static dead => dead.Key).ToList())
        {
            _dead.Remove(key);
        }

        return true;
    });

    public Task<IReadOnlyList<DeliveryCount>> ListCountsAsync(
        string? campaignId, DeliveryCount? after, int limit) => RunAsync<IReadOnlyList<DeliveryCount>>(() =>
        [.. _counts
            .Where(count => campaignId is null || count.Key.CampaignId == campaignId)
            .Select(static count =>
                new DeliveryCount(count.Key.CampaignId, count.Key.ChannelId, count.Key.Day, count.Key.Outcome, count.Value))
            .Where(count => after is null || InPages.Compare(count, after) > 0)
            .Order(InPages)
            .Take(limit)]);

    public Task<long> CountAsync(string channelId) => RunAsync(() => (long)_rows.Due(channelId).Count);

    // It begins at the head of the queue each time, as what is gone is gone.
    public void Expect(string? channelId, long atMs)
    {
    }

    private static readonly Comparer<DeliveryCount> InPages = Comparer<DeliveryCount>.Create(static (one, other) =>
        string.CompareOrdinal(one.CampaignId, other.CampaignId) is not 0 and var byCampaign ? byCampaign
        : string.CompareOrdinal(one.ChannelId, other.ChannelId) is not 0 and var byChannel ? byChannel
        : (one.Day, one.Outcome).CompareTo((other.Day, other.Outcome)));

    private static DeadLetter ToDeadLetter((MemoryOutboxRow Row, string Reason, long DiedAtMs) dead) =>
        new(dead.Row.Message, dead.Row.ContactId, dead.Row.Attempts, dead.Reason, dead.DiedAtMs);

    // The latest first.
    private IEnumerable<(MemoryOutboxRow Row, string Reason, long DiedAtMs)> Dead(string channelId) => _dead.Values
        .Where(dead => channelId.Length == 0 || dead.Row.ChannelId == channelId)
        .OrderByDescending(static dead => dead.DiedAtMs).ThenByDescending(static dead => dead.Row.ContactId, StringComparer.Ordinal);

    // One turn: what is met goes, or is put behind another, or is met by the next.
    private bool Lease(LeaseTerms terms, int looksAt, List<LeasedContactRow> leased)
    {
        var seen = _rows.Due(terms.ChannelId)
            .TakeWhile(row => row.NextAtMs <= terms.NowMs)
            .Where(row => row.ExpiresAtMs > terms.NowMs && terms.Buckets[row.Customer.Bucket] != 0)
            .Take(looksAt).ToList();
        List<MemoryOutboxRow> due = [];
        List<(MemoryOutboxRow Row, MemoryOutboxRow Before)> behind = [];
        foreach (var row in seen)
        {
            var before = _rows.ForCustomer(row.Customer)
                .Where(other => other.HoldsUp(row, terms.NowMs))
                .MinBy(other => (!other.IsOut(terms.NowMs), other.Turn));
            if (before is null)
            {
                due.Add(row);
            }
            else if (before.NextAtMs > terms.NowMs || (before.NextAtMs, before.Seq).CompareTo((seen[^1].NextAtMs, seen[^1].Seq)) > 0)
            {
                // One that goes before it in this lease, or the next, is left to go.
                behind.Add((row, before));
            }
        }

        foreach (var (row, before) in behind)
        {
            before.IsFollowed = true;
            _rows.Change(row, row =>
            {
                row.NextAtMs = WaitingBehind.UntilMs(before.NextAtMs, before.ExpiresAtMs, terms.NowMs, before.Seq > row.Seq);
                (row.IsBehind, row.HeldBy) = (true, "");
            });
        }

        leased.AddRange(Lease([.. due.Take(terms.Limit)], terms.NowMs, terms.EndsAtMs, row =>
        {
            row.Attempts++;
            (row.HeldBy, row.IsBehind) = ("", false);
            row.ExpiresAtMs = row.Attempts >= terms.MaxAttempts ? Math.Min(row.ExpiresAtMs, terms.EndsAtMs) : row.ExpiresAtMs;
        }));
        return seen.Count == looksAt;
    }

    // The next in order goes now; those behind it wait for its end.
    private void Wake(MemoryOutboxRow freed, long nowMs)
    {
        if (!freed.IsFollowed || _rows.ForCustomer(freed.Customer)
            .Where(row => row.ChannelId == freed.ChannelId && row.Seq != freed.Seq && row.IsOpen(nowMs))
                .MinBy(static row => row.Turn) is not { } next)
        {
            return;
        }

        next.IsFollowed = true;
        if (next.IsBehind)
        {
            _rows.Change(next, row => (row.NextAtMs, row.IsBehind) = (Math.Min(row.NextAtMs, nowMs), false));
        }
    }

    private List<LeasedContactRow> Lease(List<MemoryOutboxRow> due, long nowMs, long endsAtMs, Action<MemoryOutboxRow> more)
    {
        var lease = Guid.NewGuid();
        var leased = new List<LeasedContactRow>(due.Count);
        foreach (var row in due)
        {
            var expiresAtMs = row.ExpiresAtMs;
            _rows.Change(row, row =>
            {
                (row.Lease, row.NextAtMs) = (lease, endsAtMs);
                more(row);
            });
            leased.Add(row.Leased(row.ExpiresAtMs <= nowMs, states.Find(row.Customer)?.Version ?? 0, expiresAtMs));
        }

        return leased;
    }

    // Those of one channel, of one campaign, or of both: one of them is given.
    private IEnumerable<MemoryOutboxRow> Waiting(string channelId, string campaignId) =>
        (channelId.Length > 0 ? _rows.Due(channelId) : campaignId.Length > 0 ? _rows.Expiring : [])
            .Where(row => campaignId.Length == 0 || row.CampaignId == campaignId);

    private Task<int> ChangeAsync(Func<MemoryOutboxRow, bool> isMeant, int maximum, Action<MemoryOutboxRow> change) => RunAsync(() =>
    {
        var meant = _rows.Expiring.Where(isMeant).Take(maximum).ToList();
        meant.ForEach(row => _rows.Change(row, change));
        return meant.Count;
    });

    private SettlementOutcome Settle(ContactLease contact, Action<MemoryOutboxRow> settle)
    {
        if (!_rows.TryFind(contact.Lease.Bucket, contact.ContactId, out var row))
        {
            return SettlementOutcome.Ended;
        }

        if (row.Token != contact.Lease)
        {
            return SettlementOutcome.LeaseOver;
        }

        settle(row);
        return SettlementOutcome.Settled;
    }

    private Task<T> RunAsync<T>(Func<T> work)
    {
        lock (gate)
        {
            return Task.FromResult(work());
        }
    }
}
