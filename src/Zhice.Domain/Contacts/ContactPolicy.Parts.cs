using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Contacts;

/// <content>What each part says by itself: to explain, not to decide.</content>
public sealed partial class ContactPolicy
{
    /// <summary>Whether a part has a say about a contact.</summary>
    internal bool Concerns(int part, in ContactRequest ask)
    {
        var (scopes, within) = (ask.Scopes, part - GetFirst(part));
        return Parts[part].Kind switch
        {
            PolicyPartKind.Cap => _caps[part].Binds(ask, _rules.Categories),
            PolicyPartKind.Spacing => _rules.Spacings[within].Binds(scopes.Channel, ask.Bound),
            _ when !ask.IsBound => false,
            PolicyPartKind.DoNotContact => true,
            PolicyPartKind.QuietHours => _rules.QuietHours[within].Channel == scopes.Channel,
            PolicyPartKind.Exclusion => _rules.Exclusions[within].Actions.Contains(scopes.Action),
            PolicyPartKind.ActionCoolDown => _rules.CoolDowns[within].Action == scopes.Action,
            _ => _rules.CoolDowns[within].Category != 0 && _rules.Categories.IsWithin(scopes.Category, _rules.CoolDowns[within].Category),
        };
    }

    /// <summary>Whether a part refuses a contact, whatever the others say.</summary>
    internal bool RefusalBy(int part, in ContactState memory, in ContactRequest ask, long nowMs) =>
        Alone(part).FirstRefusal(memory with { Consents = new() }, ask, nowMs).IsRefused;

    /// <summary>Whether a customer is on a do-not-contact list.</summary>
    internal bool IsOn(int part, in CustomerView customer) =>
        _rules.DoNotContact[GetListIndex(part)].Condition is { } condition
            ? condition.Holds(new(customer.State, customer.Catalog, [], customer.NowMs))
            : customer.Catalog.Listed.Has(GetListIndex(part), CustomerSet.Hash(customer.Id));

    /// <summary>The place of a do-not-contact list, by its place among all parts.</summary>
    internal int GetListIndex(int part) => part - _firstPart.DoNotContact;

    /// <summary>The use of a cap by what a contact belongs to.</summary>
    internal CapUse GetUse(int cap, in ContactRequest ask, in ContactState memory, long nowMs)
    {
        var (number, groups) = (NumberFor(_caps[cap], ask.Scopes), _rules.Categories);
        var own = CapUse.Compute(_caps[cap], number, memory, nowMs, _calendar, groups);
        if (!CountsAbove(_caps[cap], number))
        {
            return own;
        }

        var above = CapUse.Compute(_caps[cap], groups.GetParent(number), memory, nowMs, _calendar, groups);
        return above.Used > own.Used ? above : own;
    }

    private ContactPolicy Alone(int part)
    {
        var (none, within) =
            (new ContactRules { ReservationExpiryMs = ReservationExpiryMs, Categories = _rules.Categories }, part - GetFirst(part));
        return Parts[part].Kind switch
        {
            PolicyPartKind.Cap => new([_caps[part]], _calendar, none),
            PolicyPartKind.QuietHours => new([], _calendar, none with { QuietHours = [_rules.QuietHours[within]] }),
            PolicyPartKind.Spacing => new([], _calendar, none with { Spacings = [_rules.Spacings[within]] }),
            PolicyPartKind.DoNotContact => new([], _calendar, none),
            PolicyPartKind.Exclusion => new([], _calendar, none with { Exclusions = [_rules.Exclusions[within]] }),
            _ => new([], _calendar, none with { CoolDowns = [_rules.CoolDowns[within]] }),
        };
    }

    private int GetFirst(int part) => Parts[part].Kind switch
    {
        PolicyPartKind.Cap => 0,
        PolicyPartKind.QuietHours => _firstPart.QuietHours,
        PolicyPartKind.Spacing => _firstPart.Spacing,
        PolicyPartKind.Exclusion => _firstPart.Exclusion,
        PolicyPartKind.DoNotContact => _firstPart.DoNotContact,
        _ => _firstPart.CoolDown,
    };
}
