using System.Collections.Immutable;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Deliveries;
using Zhice.Contracts.Learning;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Storage.Outbox;

namespace Zhice.Grains.Deliveries;

/// <summary>
/// What the contacts of one consumer teach once it has taken them: that they were seen. No customer is called for it. A contact
/// that is acknowledged to another subscription than it was leased by teaches nothing. For one grain's turns alone.
/// </summary>
internal sealed class SentLessons(ICatalogs catalogs, IGrainFactory grains, TimeProvider clock)
{
    // With so many out, those whose leases are over are forgotten.
    private const int DefaultMaxLent = 4_096;

    private readonly Dictionary<string, (KeptLesson Lesson, long EndsAtMs)> _lent = new(StringComparer.Ordinal);
    private int _maxLent = DefaultMaxLent;

    /// <summary>Keeps what a leased contact teaches, and gives the contact without it.</summary>
    public LeasedContact Lend(LeasedContactRow leased)
    {
        var (message, lesson) = ContactLesson.Split(leased.Contact.Message);
        if (lesson is null)
        {
            return leased.Contact;
        }

        if (_lent.Count >= _maxLent)
        {
            ForgetEnded();
        }

        _lent[leased.ContactId] = (lesson, leased.Contact.LeaseEndsAtMs);
        return leased.Contact with { Message = message };
    }

    /// <summary>Teaches of contacts that were sent.</summary>
    /// <param name="told">What the consumer said.</param>
    /// <param name="outcomes">What became of each, in order.</param>
    public async ValueTask TeachAsync(ImmutableArray<ContactReport> told, ImmutableArray<SettlementOutcome> outcomes)
    {
        Dictionary<ushort, ImmutableArray<Lesson>.Builder>? byAction = null;
        for (var i = 0; i < told.Length; i++)
        {
            if (outcomes[i] == SettlementOutcome.LeaseOver || !_lent.Remove(told[i].ContactId, out var lent)
                || !told[i].IsSent || outcomes[i] != SettlementOutcome.Settled || !ContactId.TryParse(told[i].ContactId, out var contact))
            {
                continue;
            }

            if (!(byAction ??= []).TryGetValue(contact.Action, out var lessons))
            {
                byAction.Add(contact.Action, lessons = ImmutableArray.CreateBuilder<Lesson>());
            }

            lessons.Add(Lesson.From(lent.Lesson));
        }

        foreach (var (action, lessons) in byAction ?? [])
        {
            if (catalogs.Current.Symbols.FindFirstName(SymbolKind.Action, action) is { } actionId)
            {
                await grains.GetGrain<ILearnerGrain>(actionId).LearnAll(lessons.ToImmutable());
            }
        }
    }

    private void ForgetEnded()
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (contactId, lent) in _lent.ToArray())
        {
            if (lent.EndsAtMs <= nowMs)
            {
                _lent.Remove(contactId);
            }
        }

        _maxLent = Math.Max(DefaultMaxLent, 2 * _lent.Count);
    }
}
