using Zhice.Domain.Effects;
using Zhice.Domain.Primitives;
using Zhice.Storage.Memory.Answers;
using Zhice.Storage.Memory.Consents;
using Zhice.Storage.Memory.Facts;
using Zhice.Storage.Memory.Journeys;
using Zhice.Storage.Memory.Outbox;
using Zhice.Storage.Memory.Stock;
using Zhice.Storage.States;

namespace Zhice.Storage.Memory.Effects;

/// <summary>What a commit does in memory beside keeping the state. Used under the store's gate.</summary>
internal sealed class MemoryEffects(
    MemoryOutbox outbox, MemoryStock stock, MemoryJourneys journeys, MemoryConsents consents, MemoryAnswers answers, MemoryFacts facts)
{
    // The ledger: the contacts that were counted, by bucket, and when.
    private readonly Dictionary<string, (byte[] CustomerId, long AtMs)>[] _counted =
        [.. Enumerable.Range(0, CustomerBucket.Count).Select(static _ => new Dictionary<string, (byte[] CustomerId, long AtMs)>())];

    public IEnumerable<string> Counted => _counted.SelectMany(static bucket => bucket.Keys);

    /// <summary>Forgets which contacts were counted before an instant.</summary>
    public void ForgetCounted(long beforeMs)
    {
        foreach (var bucket in _counted)
        {
            foreach (var old in bucket.Where(contact => contact.Value.AtMs < beforeMs).Select(static contact => contact.Key).ToList())
            {
                bucket.Remove(old);
            }
        }
    }

    /// <summary>Removes a customer's contacts of the ledger; answers with when they were counted.</summary>
    public IReadOnlyList<long> RemoveCounted(StateKey customer)
    {
        var gone = _counted[customer.Bucket].Where(contact => contact.Value.CustomerId.AsSpan().SequenceEqual(customer.Key)).ToList();
        gone.ForEach(contact => _counted[customer.Bucket].Remove(contact.Key));
        return [.. gone.Select(static contact => contact.Value.AtMs)];
    }

    /// <summary>A customer's contacts of the ledger.</summary>
    public IEnumerable<(string ContactId, long AtMs)> ListCounted(StateKey customer) => _counted[customer.Bucket]
        .Where(contact => contact.Value.CustomerId.AsSpan().SequenceEqual(customer.Key))
            .Select(static contact => (contact.Key, contact.Value.AtMs));

    /// <summary>A contact of the write that another write has counted; null when there is none.</summary>
    public string? CountedBefore(StateWrite write)
    {
        foreach (var contact in write.Effects?.Counted ?? [])
        {
            if (_counted[write.Key.Bucket].ContainsKey(contact.ContactId))
            {
                return contact.ContactId;
            }
        }

        return null;
    }

    /// <summary>A lease that has fewer units than the write takes of it; null when there is none.</summary>
    public Guid? EmptyLease(StateWrite write)
    {
        if (write.Effects?.Taken is { Count: > 0 } taken)
        {
            foreach (var (lease, units) in taken.CountBy(static unit => unit.LeaseId))
            {
                if (stock.Remaining(lease) < units)
                {
                    return lease;
                }
            }
        }

        return null;
    }

    /// <summary>Keeps the effects of a write that is about to be kept.</summary>
    /// <param name="key">The state that is written.</param>
    /// <param name="effects">What is done beside; null for nothing.</param>
    /// <param name="version">The version that the state will have.</param>
    /// <exception cref="InvalidOperationException">One of its contacts is on its way already, and nothing was kept.</exception>
    public void Keep(StateKey key, CommitEffects? effects, long version)
    {
        if (effects is null)
        {
            return;
        }

        outbox.CheckNew(key, effects.Sent);
        foreach (var contact in effects.Counted)
        {
            _counted[key.Bucket][contact.ContactId] = (key.Key, contact.CountedAtMs);
        }

        KeepContacts(key, effects, version);
        KeepStock(key, effects);
        KeepRecords(key, effects);
    }

    private void KeepContacts(StateKey key, CommitEffects effects, long version)
    {
        foreach (var contact in effects.Ended)
        {
            outbox.End(key, contact);
        }

        // Before what is sent: that is of now.
        foreach (var action in effects.Voided)
        {
            outbox.Void(key, action);
        }

        foreach (var heard in effects.Heard)
        {
            outbox.Count(heard.CampaignId, heard.ChannelId, heard.Outcome, heard.Day);
        }

        foreach (var contactId in effects.Revived)
        {
            outbox.Revive(key, contactId);
        }

        foreach (var contact in effects.Sent)
        {
            outbox.Send(key, contact, version);
        }
    }

    private void KeepStock(StateKey key, CommitEffects effects)
    {
        foreach (var unit in effects.EndedUnits)
        {
            stock.EndUnit(key.Bucket, unit);
        }

        foreach (var unit in effects.Taken)
        {
            stock.Take(key.Bucket, unit);
        }
    }

    private void KeepRecords(StateKey key, CommitEffects effects)
    {
        foreach (var move in effects.Moves)
        {
            journeys.Count(move);
        }

        foreach (var word in effects.Statements)
        {
            consents.Keep(key, word);
        }

        foreach (var answer in effects.Answers)
        {
            answers.Keep(key, answer);
        }

        foreach (var fact in effects.Facts)
        {
            facts.Record(key, fact);
        }

        foreach (var timer in effects.Timers)
        {
            journeys.Change(key, timer);
        }
    }
}
