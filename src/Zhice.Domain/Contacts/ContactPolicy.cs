using System.Collections.Immutable;
using Zhice.Domain.Decisions;

namespace Zhice.Domain.Contacts;

/// <summary>
/// Whether a customer may be contacted: consent, quiet hours, cool-downs, exclusions, spacing, caps, in that order. A
/// doubt (a rule that is none, a memory that does not reach far enough) is settled against the contact.
/// </summary>
public sealed partial class ContactPolicy
{
    /// <summary>The most caps of a policy.</summary>
    public const int MostCaps = 64;

    private readonly ImmutableArray<ContactCap> _caps;
    private readonly BankCalendar _calendar;
    private readonly ContactRules _rules;
    private readonly int[][] _groupsByAction;
    private readonly int[][] _coolDownsByAction;
    private readonly (int QuietHours, int Spacing, int Exclusion, int CoolDown) _firstPart;

    /// <summary>Makes the policy of parts that were checked.</summary>
    public ContactPolicy(ImmutableArray<ContactCap> caps, BankCalendar calendar, ContactRules? rules = null)
    {
        _caps = caps;
        _calendar = calendar;
        _rules = rules ?? ContactRules.None;
        _groupsByAction = ByAction([.. _rules.Exclusions.Select(group => group.Actions)]);
        _coolDownsByAction = ByAction([.. _rules.CoolDowns.Select(rule => ImmutableArray.Create(rule.Action))]);
        Parts =
        [
            .. caps.Select(cap => new PolicyPart(PolicyPartKind.Cap, cap.Id)),
            .. _rules.QuietHours.Select(hours => new PolicyPart(PolicyPartKind.QuietHours, hours.ChannelId)),
            .. _rules.Spacings.Select(spacing => new PolicyPart(PolicyPartKind.Spacing, spacing.ChannelId)),
            .. _rules.Exclusions.Select(group => new PolicyPart(PolicyPartKind.Exclusion, group.Id)),
            .. _rules.CoolDowns.Select(rule => new PolicyPart(
                rule.Action != 0 ? PolicyPartKind.ActionCoolDown : PolicyPartKind.CategoryCoolDown, rule.Id)),
        ];
        _firstPart.QuietHours = caps.Length;
        _firstPart.Spacing = _firstPart.QuietHours + _rules.QuietHours.Length;
        _firstPart.Exclusion = _firstPart.Spacing + _rules.Spacings.Length;
        _firstPart.CoolDown = _firstPart.Exclusion + _rules.Exclusions.Length;
    }

    /// <summary>The caps.</summary>
    public ImmutableArray<ContactCap> Caps => _caps;

    /// <summary>All parts by name, the caps first: a refusal's culprit is an index here.</summary>
    public ImmutableArray<PolicyPart> Parts { get; }

    /// <summary>How long a reserved slot is held, in milliseconds.</summary>
    public long ReservationExpiryMs => _rules.ReservationExpiryMs;

    /// <summary>What refuses a contact first; the default value when it may be made.</summary>
    /// <param name="memory">What is remembered of the customer.</param>
    /// <param name="ask">The contact.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="pending">Bound contacts that are about to be made now, in the same answer, and count as well.</param>
    public ContactRefusal FirstRefusal(in ContactMemory memory, in ContactAsk ask, long nowMs, ReadOnlySpan<ContactAsk> pending = default) =>
        FirstRefusal(At(memory, ask.Scopes.Channel, nowMs, stackalloc CapMoment[_caps.Length]), ask, pending);

    /// <summary>What refuses a contact first; the default value when it may be made.</summary>
    /// <param name="moment">The policy at this instant, of the contact's channel.</param>
    /// <param name="ask">The contact.</param>
    /// <param name="pending">Bound contacts that are about to be made now, in the same answer, and count as well.</param>
    /// <remarks>Hot path, at most 1 us with 5 caps; allocates nothing.</remarks>
    public ContactRefusal FirstRefusal(in PolicyMoment moment, in ContactAsk ask, ReadOnlySpan<ContactAsk> pending = default)
    {
        if (!ask.IsBound)
        {
            return default;
        }

        if (!moment.IsConsented)
        {
            return new(ReasonCode.Consent, -1);
        }

        if (moment.QuietHours >= 0)
        {
            return new(ReasonCode.QuietHours, _firstPart.QuietHours + moment.QuietHours);
        }

        var suppressing = FirstCoolDown(moment, ask);
        suppressing = suppressing >= 0 ? suppressing : FirstExclusion(moment, ask, pending);
        suppressing = suppressing >= 0 ? suppressing : FirstSpacing(moment, pending);
        if (suppressing >= 0)
        {
            return new(ReasonCode.Suppressed, suppressing);
        }

        var reached = FirstReached(moment, ask, pending);
        return reached >= 0 ? new(ReasonCode.CapReached, reached) : default;
    }

    /// <summary>Whether a decision for such a contact takes its slot at once.</summary>
    public bool Reserves(in ContactAsk ask) => Reserves(_caps, ask);

    /// <summary>Whether any of some caps wants the slot of a contact held from its decision on.</summary>
    public static bool Reserves(ImmutableArray<ContactCap> caps, in ContactAsk ask)
    {
        if (ask.IsBound && ask.Moment != CountMoment.Decision)
        {
            foreach (var cap in caps)
            {
                if (cap.Reserve && cap.Binds(ask.Scopes, ask.Moment))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private int FirstCoolDown(in PolicyMoment moment, in ContactAsk ask)
    {
        foreach (var i in Of(_coolDownsByAction, ask.Scopes.Action))
        {
            if (moment.Memory.Answers.Holds(_rules.CoolDowns[i], moment.NowMs))
            {
                return _firstPart.CoolDown + i;
            }
        }

        // Rules of whole categories are listed under action 0.
        foreach (var i in Of(_coolDownsByAction, 0))
        {
            if (_rules.CoolDowns[i].Category == ask.Scopes.Category && moment.Memory.Answers.Holds(_rules.CoolDowns[i], moment.NowMs))
            {
                return _firstPart.CoolDown + i;
            }
        }

        return -1;
    }

    private int FirstExclusion(in PolicyMoment moment, in ContactAsk ask, ReadOnlySpan<ContactAsk> pending)
    {
        var action = ask.Scopes.Action;
        foreach (var i in Of(_groupsByAction, action))
        {
            var group = _rules.Exclusions[i];
            var isTaken = group.WindowMs <= 0
                || moment.Memory.History.ReachesAnyOther(group.Actions.AsSpan(), action, moment.NowMs - group.WindowMs + 1);
            foreach (ref readonly var other in pending)
            {
                isTaken |= other.Scopes.Action != action && group.Actions.AsSpan().Contains(other.Scopes.Action);
            }

            foreach (ref readonly var held in moment.Memory.Reservations.Held)
            {
                isTaken |= held.ExpiresAtMs > moment.NowMs && held.Scopes.Action != action
                    && group.Actions.AsSpan().Contains(held.Scopes.Action);
            }

            if (isTaken)
            {
                return _firstPart.Exclusion + i;
            }
        }

        return -1;
    }

    private int FirstSpacing(in PolicyMoment moment, ReadOnlySpan<ContactAsk> pending)
    {
        for (var i = 0; i < _rules.Spacings.Length && !pending.IsEmpty; i++)
        {
            var spacing = _rules.Spacings[i];
            if (i == moment.Spacing
                || ((spacing.Channel == 0 || spacing.Channel == moment.Channel) && Pending(ScopeOf(spacing), spacing.Channel, null, pending) > 0))
            {
                return _firstPart.Spacing + i;
            }
        }

        return moment.Spacing < 0 ? -1 : _firstPart.Spacing + moment.Spacing;
    }

    private int FirstReached(in PolicyMoment moment, in ContactAsk ask, ReadOnlySpan<ContactAsk> pending)
    {
        for (var i = 0; i < _caps.Length; i++)
        {
            var cap = _caps[i];
            if (cap.Binds(ask.Scopes, ask.Moment) && IsReached(cap, moment.Caps[i], moment, ask, pending))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsReached(ContactCap cap, in CapMoment now, in PolicyMoment moment, in ContactAsk ask, ReadOnlySpan<ContactAsk> pending)
    {
        var number = ask.Scopes.In(cap.Scope);
        var left = cap.LimitFor(ask.Priority) - Pending(cap.Scope, number, cap, pending);
        if (now.Used >= 0)
        {
            left -= now.Used;
        }
        else
        {
            left -= Waiting(moment.Memory, cap.Scope, number, cap, moment.NowMs);
            left = left > 0 && moment.Memory.History.Reaches(left, cap.Scope, number, cap.CountAt, now.SinceMs) ? 0 : left;
        }

        return left <= 0
            || !cap.Window.IsPossible
            || (cap.Reserve && moment.Memory.Reservations.CountAlive(moment.NowMs) + pending.Length >= Reservations.Capacity);
    }

    private static CapScope ScopeOf(ContactSpacing spacing) => spacing.Channel == 0 ? CapScope.All : CapScope.Channel;

    // Contacts of this answer: not made yet.
    private static int Pending(CapScope scope, ushort number, ContactCap? cap, ReadOnlySpan<ContactAsk> pending)
    {
        var count = 0;
        foreach (ref readonly var other in pending)
        {
            count += other.Scopes.In(scope) == number && (cap is null || cap.Counts(other.Moment)) ? 1 : 0;
        }

        return count;
    }

    // Contacts that decisions hold a slot for: they may be made.
    private static int Waiting(in ContactMemory memory, CapScope scope, ushort number, ContactCap? cap, long nowMs)
    {
        var count = 0;
        foreach (ref readonly var held in memory.Reservations.Held)
        {
            count += held.ExpiresAtMs > nowMs && held.Scopes.In(scope) == number && (cap is null || cap.Counts(held.Moment)) ? 1 : 0;
        }

        return count;
    }

    private static ReadOnlySpan<int> Of(int[][] table, ushort action) => action < table.Length ? table[action] : [];

    // For each action the indexes of the lists that name it.
    private static int[][] ByAction(ImmutableArray<ushort>[] lists)
    {
        var table = new int[lists.SelectMany(list => list).Select(action => action + 1).DefaultIfEmpty(0).Max()][];
        Array.Fill(table, []);
        for (var i = 0; i < lists.Length; i++)
        {
            foreach (var action in lists[i])
            {
                table[action] = [.. table[action], i];
            }
        }

        return table;
    }
}
