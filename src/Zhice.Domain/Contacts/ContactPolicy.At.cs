using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Contacts;

/// <content>What of the policy is the same for all contacts of a channel at an instant.</content>
public sealed partial class ContactPolicy
{
    /// <summary>The policy at an instant: what is the same for all contacts of a channel with a customer is found out once.</summary>
    /// <param name="memory">What is remembered of the customer.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="room">Room for the caps: as many as there are, or more.</param>
    /// <param name="doNotContact">The do-not-contact list that the customer is on, see <see cref="FindList"/>; -1 for none.</param>
    public PolicyMoment At(scoped in ContactState memory, ushort channel, long nowMs, Span<CapMoment> room, int doNotContact = -1)
    {
        var caps = room[.._caps.Length];
        for (var i = 0; i < caps.Length; i++)
        {
            var cap = _caps[i];
            if (!cap.Window.IsPossible)
            {
                caps[i] = CapMoment.AlwaysReached;
                continue;
            }

            var sinceMs = cap.Window.Since(nowMs, _calendar);
            if (cap.Scope is CapScope.All or CapScope.Channel)
            {
                var selection = cap.Selects(cap.Scope == CapScope.Channel ? channel : (ushort)0, _rules.Categories);
                caps[i] = new(
                    sinceMs, memory.Reservations.Count(selection, nowMs) + memory.History.CountUpTo(cap.Limit, selection, sinceMs));
            }
            else
            {
                caps[i] = new(sinceMs, NumbersMet(cap.Scope, memory));
            }
        }

        return new(
            memory, channel, nowMs, caps, IsConsented(memory.Consents, channel, Purpose.Marketing, nowMs),
            IsConsented(memory.Consents, channel, Purpose.Service, nowMs), QuietHoursAt(channel, nowMs),
            SpacingAt(memory, channel, nowMs, BoundPurposes.Marketing),
            BindsService ? SpacingAt(memory, channel, nowMs, BoundPurposes.Service) : -1)
        {
            DoNotContact = doNotContact,
        };
    }

    /// <summary>Whether a customer's words allow contacts of a purpose in a channel now.</summary>
    /// <remarks>Hot path; allocates nothing.</remarks>
    public bool IsConsented(
        ConsentSet consents, ushort channel, Purpose purpose, long nowMs) => FindConsentRule(channel, purpose) is { } rule
        ? consents.Allows(rule, nowMs)
        : purpose is Purpose.Service or Purpose.Regulatory || consents.Allows(channel, purpose);

    /// <summary>
    /// Until when the grant holds without which there is no contact of a purpose in a channel, exclusive, unix milliseconds;
    /// <see cref="long.MaxValue"/> when none is needed, or it holds for good.
    /// </summary>
    public long ConsentEndsAtMs(ConsentSet consents, ushort channel, Purpose purpose) =>
        FindConsentRule(channel, purpose) is { IsOptIn: true } rule ? consents.GrantEndsAtMs(rule) : long.MaxValue;

    /// <summary>
    /// The first do-not-contact list that a customer is on, from 0; -1 for none. The profile is seen, the call's facts are not.
    /// </summary>
    /// <param name="customer">The customer, by the catalogue of this policy.</param>
    /// <remarks>Hot path; allocates nothing.</remarks>
    public int FindList(in CustomerView customer)
    {
        if (_rules.DoNotContact.IsEmpty)
        {
            return -1;
        }

        var view = new CustomerView(customer.State, customer.Catalog, [], customer.NowMs);
        var hash = _namesAudiences ? CustomerSet.Hash(customer.Id) : 0;
        for (var i = 0; i < _rules.DoNotContact.Length; i++)
        {
            if (_rules.DoNotContact[i].Condition is { } condition ? condition.Holds(view) : customer.Catalog.Listed.Has(i, hash))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Whether a customer is on a do-not-contact list that names an audience: no more than the id is asked for.</summary>
    /// <param name="customerId">The customer's id.</param>
    /// <param name="listed">Who is on the lists.</param>
    /// <remarks>Hot path of hand-overs; allocates nothing.</remarks>
    public bool IsListed(string customerId, ListedCustomers listed)
    {
        if (_namesAudiences)
        {
            var hash = CustomerSet.Hash(customerId);
            for (var i = 0; i < _rules.DoNotContact.Length; i++)
            {
                if (_rules.DoNotContact[i].Condition is null && listed.Has(i, hash))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// Whether grants or conditions of do-not-contact lists are asked for: then another catalogue may bind a customer who is as before.
    /// </summary>
    public bool MayBindAnew =>
        _rules.DoNotContact.Any(static list => list.Condition is not null) || _rules.Consents.Any(static rule => rule.IsOptIn);

    /// <summary>Whether a customer who is as before may come onto a do-not-contact list as time goes by.</summary>
    public bool MayBindLater { get; }

    /// <summary>Whether a customer can allow or refuse contacts of a purpose in a channel (0: in all of them).</summary>
    public bool AsksConsent(ushort channel, Purpose purpose) => purpose switch
    {
        Purpose.Marketing => true,
        Purpose.Personalization => channel == 0,
        _ => _rules.Consents.Any(rule => rule.Purpose == purpose && (channel == 0 || rule.Channel == channel)),
    };

    private ConsentRule? FindConsentRule(ushort channel, Purpose purpose)
    {
        foreach (var rule in _rules.Consents)
        {
            if (rule.Channel == channel && rule.Purpose == purpose)
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>When the quiet hours of a channel that hold at an instant end, unix milliseconds; null when none hold.</summary>
    public long? QuietUntil(ushort channel, long nowMs) =>
        QuietHoursAt(channel, nowMs) is var hours and >= 0 ? _calendar.NextAt(_rules.QuietHours[hours].UntilMinute, nowMs) : null;

    /// <summary>
    /// When the quiet hours of a channel that hold at an instant are over: the instant itself when none hold then;
    /// <see cref="long.MaxValue"/> when they never end. In unix milliseconds.
    /// </summary>
    public long OpensAt(ushort channel, long atMs)
    {
        // A clock that is set back may show a quiet minute again.
        const int MaxEnds = 4;
        for (var ends = 0; ends < MaxEnds; ends++)
        {
            if (QuietHoursAt(channel, atMs) is not (>= 0 and var at))
            {
                return atMs;
            }

            if (_rules.QuietHours[at].NeverEnd)
            {
                break;
            }

            atMs = _calendar.NextAt(_rules.QuietHours[at].UntilMinute, atMs);
        }

        return long.MaxValue;
    }

    private NumberSet NumbersMet(CapScope kind, in ContactState memory)
    {
        var met = memory.History.NumbersMet(kind, _rules.Categories);
        foreach (ref readonly var held in memory.Reservations.All)
        {
            met = met.With(kind, held.Scopes.In(kind), _rules.Categories);
        }

        return met;
    }

    private int QuietHoursAt(ushort channel, long nowMs)
    {
        for (var i = 0; i < _rules.QuietHours.Length; i++)
        {
            var hours = _rules.QuietHours[i];
            if (hours.Channel == channel && hours.Holds(_calendar.GetMinuteOfDay(nowMs)))
            {
                return i;
            }
        }

        return -1;
    }

    private int SpacingAt(in ContactState memory, ushort channel, long nowMs, BoundPurposes purpose)
    {
        for (var i = 0; i < _rules.Spacings.Length; i++)
        {
            var spacing = _rules.Spacings[i];
            if (spacing.Binds(channel, purpose)
                && (spacing.Ms <= 0
                    || memory.Reservations.Count(spacing.Selects, nowMs) > 0
                    || memory.History.Reaches(1, spacing.Selects, nowMs - spacing.Ms + 1)))
            {
                return i;
            }
        }

        return -1;
    }
}
