using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Contacts;

/// <summary>
/// Whether a customer may be contacted: consent, do-not-contact lists, quiet hours, cool-downs, exclusions, spacing, caps, in that order. A
/// doubt (a rule that is none, a memory that does not reach far enough) is settled against the contact.
/// </summary>
public sealed partial class ContactPolicy
{
    /// <summary>The most caps of a policy.</summary>
    public const int MaxCaps = 64;

    private readonly ImmutableArray<ContactCap> _caps;
    private readonly BankCalendar _calendar;
    private readonly ContactRules _rules;
    private readonly int[][] _groupsByAction;
    private readonly int[][] _coolDownsByAction;
    private readonly bool _namesAudiences;
    private readonly (int QuietHours, int Spacing, int Exclusion, int CoolDown, int DoNotContact) _firstPart;

    /// <summary>Makes the policy of parts that were checked.</summary>
    public ContactPolicy(ImmutableArray<ContactCap> caps, BankCalendar calendar, ContactRules? rules = null)
    {
        _caps = caps;
        _calendar = calendar;
        _rules = rules ?? ContactRules.None;
        _groupsByAction = ByAction([.. _rules.Exclusions.Select(group => group.Actions)]);
        _coolDownsByAction = ByAction([.. _rules.CoolDowns.Select(rule => ImmutableArray.Create(rule.Action))]);
        _namesAudiences = _rules.DoNotContact.Any(static list => list.AudienceId is not null);
        Parts =
        [
            .. caps.Select(cap => new PolicyPart(PolicyPartKind.Cap, cap.Id)),
            .. _rules.QuietHours.Select(hours => new PolicyPart(PolicyPartKind.QuietHours, hours.ChannelId)),
            .. _rules.Spacings.Select(spacing => new PolicyPart(PolicyPartKind.Spacing, spacing.ChannelId)),
            .. _rules.Exclusions.Select(group => new PolicyPart(PolicyPartKind.Exclusion, group.Id)),
            .. _rules.CoolDowns.Select(rule => new PolicyPart(
                rule.Action != 0 ? PolicyPartKind.ActionCoolDown : PolicyPartKind.CategoryCoolDown, rule.Id)),
            .. _rules.DoNotContact.Select(list => new PolicyPart(PolicyPartKind.DoNotContact, list.Id)),
        ];
        _firstPart.QuietHours = caps.Length;
        _firstPart.Spacing = _firstPart.QuietHours + _rules.QuietHours.Length;
        _firstPart.Exclusion = _firstPart.Spacing + _rules.Spacings.Length;
        _firstPart.CoolDown = _firstPart.Exclusion + _rules.Exclusions.Length;
        _firstPart.DoNotContact = _firstPart.CoolDown + _rules.CoolDowns.Length;
        MayBindLater = _rules.DoNotContact.Any(static list => list.Condition is { ChangesWithTime: true });
        BindsService = caps.Any(static cap => (cap.Purposes & BoundPurposes.Service) != 0)
            || _rules.Spacings.Any(static spacing => (spacing.Purposes & BoundPurposes.Service) != 0);
    }

    /// <summary>The caps.</summary>
    public ImmutableArray<ContactCap> Caps => _caps;

    /// <summary>All parts by name, the caps first: a refusal's source is an index here.</summary>
    public ImmutableArray<PolicyPart> Parts { get; }

    /// <summary>Customers whom no marketing reaches.</summary>
    public ImmutableArray<DoNotContactList> DoNotContact => _rules.DoNotContact;

    /// <summary>Which categories are groups of others.</summary>
    public CategoryGroups Categories => _rules.Categories;

    /// <summary>Whether a cap or a spacing binds service too: else service contacts are not counted.</summary>
    public bool BindsService { get; }

    /// <summary>How long a reserved slot is held, in milliseconds.</summary>
    public long ReservationExpiryMs => _rules.ReservationExpiryMs;

    /// <summary>What refuses a contact first; the default value when it may be made.</summary>
    /// <param name="memory">What is remembered of the customer.</param>
    /// <param name="ask">The contact.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="pending">Bound contacts that are about to be made now, in the same answer, and count as well.</param>
    public ContactRefusal FirstRefusal(
        in ContactState memory, in ContactRequest ask, long nowMs, ReadOnlySpan<ContactRequest> pending = default) =>
        FirstRefusal(At(memory, ask.Scopes.Channel, nowMs, stackalloc CapMoment[_caps.Length]), ask, pending);

    /// <summary>What refuses a contact first; the default value when it may be made.</summary>
    /// <param name="moment">The policy at this instant, of the contact's channel.</param>
    /// <param name="ask">The contact.</param>
    /// <param name="pending">Bound contacts that are about to be made now, in the same answer, and count as well.</param>
    /// <remarks>Hot path, at most 1 us with 5 caps; allocates nothing.</remarks>
    public ContactRefusal FirstRefusal(in PolicyMoment moment, in ContactRequest ask, ReadOnlySpan<ContactRequest> pending = default)
    {
        if (ask.Purpose == Purpose.Service && !moment.IsServiceConsented)
        {
            return new(ReasonCode.Consent, -1);
        }

        if (!Binds(ask))
        {
            return default;
        }

        var suppressing = -1;
        if (ask.IsBound)
        {
            if (!moment.IsConsented)
            {
                return new(ReasonCode.Consent, -1);
            }

            if (moment.DoNotContact >= 0)
            {
                return new(ReasonCode.DoNotContact, _firstPart.DoNotContact + moment.DoNotContact);
            }

            if (moment.QuietHours >= 0)
            {
                return new(ReasonCode.QuietHours, _firstPart.QuietHours + moment.QuietHours);
            }

            suppressing = FirstCoolDown(moment, ask);
            suppressing = suppressing >= 0 ? suppressing : FirstExclusion(moment, ask, pending);
        }

        suppressing = suppressing >= 0 ? suppressing : FirstSpacing(moment, ask, pending);
        if (suppressing >= 0)
        {
            return new(ReasonCode.Suppressed, suppressing);
        }

        var reached = FirstReached(moment, ask, pending);
        return reached >= 0 ? new(ReasonCode.CapReached, reached) : default;
    }

    /// <summary>Whether anything of the policy binds a contact, so that it is counted.</summary>
    public bool Binds(in ContactRequest ask) => ask.IsBound || (BindsService && ask.Bound != BoundPurposes.None);

    /// <summary>Whether a decision for such a contact takes its slot at once.</summary>
    public bool Reserves(in ContactRequest ask) => Reserves(_caps, ask, _rules.Categories);

    /// <summary>Whether any of some caps wants the slot of a contact held from its decision on.</summary>
    public static bool Reserves(ImmutableArray<ContactCap> caps, in ContactRequest ask, CategoryGroups groups)
    {
        if (ask.Moment != CountMoment.Decision)
        {
            foreach (var cap in caps)
            {
                if (cap.Reserve && cap.Binds(ask, groups))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private int FirstCoolDown(in PolicyMoment moment, in ContactRequest ask)
    {
        foreach (var i in GetRow(_coolDownsByAction, ask.Scopes.Action))
        {
            if (moment.Memory.Answers.Holds(_rules.CoolDowns[i], moment.NowMs, _rules.Categories))
            {
                return _firstPart.CoolDown + i;
            }
        }

        // Rules of whole categories are listed under action 0.
        foreach (var i in GetRow(_coolDownsByAction, 0))
        {
            if (_rules.Categories.IsWithin(ask.Scopes.Category, _rules.CoolDowns[i].Category)
                && moment.Memory.Answers.Holds(_rules.CoolDowns[i], moment.NowMs, _rules.Categories))
            {
                return _firstPart.CoolDown + i;
            }
        }

        return -1;
    }

    private int FirstExclusion(in PolicyMoment moment, in ContactRequest ask, ReadOnlySpan<ContactRequest> pending)
    {
        var action = ask.Scopes.Action;
        foreach (var i in GetRow(_groupsByAction, action))
        {
            var group = _rules.Exclusions[i];
            var isTaken = group.WindowMs <= 0
                || moment.Memory.History.ReachesAnyOther(group.Actions.AsSpan(), action, moment.NowMs - group.WindowMs + 1);
            foreach (ref readonly var other in pending)
            {
                isTaken |= other.IsBound && other.Scopes.Action != action && group.Actions.AsSpan().Contains(other.Scopes.Action);
            }

            foreach (ref readonly var held in moment.Memory.Reservations.All)
            {
                isTaken |= held.ExpiresAtMs > moment.NowMs && held.Purpose == BoundPurposes.Marketing && held.Scopes.Action != action
                    && group.Actions.AsSpan().Contains(held.Scopes.Action);
            }

            if (isTaken)
            {
                return _firstPart.Exclusion + i;
            }
        }

        return -1;
    }

    private int FirstSpacing(in PolicyMoment moment, in ContactRequest ask, ReadOnlySpan<ContactRequest> pending)
    {
        var holding = ask.IsBound ? moment.Spacing : moment.ServiceSpacing;
        for (var i = 0; i < _rules.Spacings.Length && !pending.IsEmpty; i++)
        {
            var spacing = _rules.Spacings[i];
            if (i == holding || (spacing.Binds(moment.Channel, ask.Bound) && Pending(spacing.Selects, pending) > 0))
            {
                return _firstPart.Spacing + i;
            }
        }

        return holding < 0 ? -1 : _firstPart.Spacing + holding;
    }

    private int FirstReached(in PolicyMoment moment, in ContactRequest ask, ReadOnlySpan<ContactRequest> pending)
    {
        var bound = ask.Bound;
        for (var i = 0; i < _caps.Length; i++)
        {
            var cap = _caps[i];
            if (cap.Binds(ask, bound, _rules.Categories) && IsReached(cap, ref moment.Caps[i], moment, ask, pending))
            {
                return i;
            }
        }

        return -1;
    }

    private bool IsReached(
        ContactCap cap, ref CapMoment now, in PolicyMoment moment, in ContactRequest ask, ReadOnlySpan<ContactRequest> pending)
    {
        if (cap.Reserve && moment.Reservations.CountAlive(moment.NowMs) + pending.Length >= Reservations.Capacity)
        {
            return true;
        }

        // What is found out once is all that most contacts ask for.
        var limit = cap.LimitFor(ask.Priority);
        if (now.Used >= 0 && pending.IsEmpty)
        {
            return limit <= now.Used;
        }

        var number = NumberFor(cap, ask.Scopes);
        return IsReached(cap, number, ref now, moment, limit, pending)
            || (CountsAbove(cap, number) && IsReached(cap, _rules.Categories.GetParent(number), ref now, moment, limit, pending));
    }

    private bool IsReached(
        ContactCap cap, ushort number, ref CapMoment now, in PolicyMoment moment, int limit, ReadOnlySpan<ContactRequest> pending)
    {
        var left = limit - (pending.IsEmpty ? 0 : Pending(cap.Selects(number, _rules.Categories), pending));
        var used = now.Used;
        if (used < 0 && !now.Knows(number, out used))
        {
            used = CountContacts(cap, number, ref now, moment);
        }

        return left <= used;
    }

    // Apart, so that a cap whose use is known pays nothing for what this one needs of the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int CountContacts(ContactCap cap, ushort number, ref CapMoment now, in PolicyMoment moment)
    {
        var selection = cap.Selects(number, _rules.Categories);
        var held = moment.Reservations.All.IsEmpty ? 0 : moment.Reservations.Count(selection, moment.NowMs);
        var used = held + moment.History.CountUpTo(cap.Limit, selection, now.SinceMs);
        now.Keep(number, used);
        return used;
    }

    // The number by which a cap counts a contact: its own, or the one that the cap names, of which it may be a group.
    private static ushort NumberFor(ContactCap cap, in ContactScopes scopes) =>
        cap.ScopeNumber != 0 ? cap.ScopeNumber : scopes.In(cap.Scope);

    // A cap of each category counts a contact in its group, and in the category that this is a group of.
    private bool CountsAbove(ContactCap cap, ushort number) =>
        cap.Scope == CapScope.Category && cap.ScopeNumber == 0 && _rules.Categories.GetParent(number) != 0;

    // Contacts of this answer: not made yet.
    private static int Pending(in ContactSelection selection, ReadOnlySpan<ContactRequest> pending)
    {
        var count = 0;
        foreach (ref readonly var other in pending)
        {
            count += selection.Has(other.Scopes, other.Moment, other.Bound) ? 1 : 0;
        }

        return count;
    }

    private static ReadOnlySpan<int> GetRow(int[][] table, ushort action) => action < table.Length ? table[action] : [];

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
