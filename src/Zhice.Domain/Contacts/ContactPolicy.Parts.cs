namespace Zhice.Domain.Contacts;

/// <content>What each part says by itself: to explain, not to decide.</content>
public sealed partial class ContactPolicy
{
    /// <summary>Whether a part has a say about a contact.</summary>
    internal bool Concerns(int part, in ContactAsk ask)
    {
        var (scopes, within) = (ask.Scopes, part - FirstOf(part));
        return Parts[part].Kind switch
        {
            PolicyPartKind.Cap => _caps[part].Binds(scopes, ask.Moment),
            PolicyPartKind.QuietHours => _rules.QuietHours[within].Channel == scopes.Channel,
            PolicyPartKind.Spacing => _rules.Spacings[within].Channel is 0 || _rules.Spacings[within].Channel == scopes.Channel,
            PolicyPartKind.Exclusion => _rules.Exclusions[within].Actions.Contains(scopes.Action),
            PolicyPartKind.ActionCoolDown => _rules.CoolDowns[within].Action == scopes.Action,
            _ => _rules.CoolDowns[within].Category == scopes.Category,
        };
    }

    /// <summary>Whether a part refuses a contact, whatever the others say.</summary>
    internal bool RefusalBy(int part, in ContactMemory memory, in ContactAsk ask, long nowMs) =>
        Alone(part).FirstRefusal(memory with { Consents = new() }, ask, nowMs).IsRefused;

    /// <summary>The use of a cap by what a contact belongs to.</summary>
    internal CapUse UseOf(int cap, in ContactAsk ask, in ContactMemory memory, long nowMs) =>
        CapUse.Of(_caps[cap], ask.Scopes.In(_caps[cap].Scope), memory, nowMs, _calendar);

    private ContactPolicy Alone(int part)
    {
        var (none, within) = (new ContactRules { ReservationExpiryMs = ReservationExpiryMs }, part - FirstOf(part));
        return Parts[part].Kind switch
        {
            PolicyPartKind.Cap => new([_caps[part]], _calendar, none),
            PolicyPartKind.QuietHours => new([], _calendar, none with { QuietHours = [_rules.QuietHours[within]] }),
            PolicyPartKind.Spacing => new([], _calendar, none with { Spacings = [_rules.Spacings[within]] }),
            PolicyPartKind.Exclusion => new([], _calendar, none with { Exclusions = [_rules.Exclusions[within]] }),
            _ => new([], _calendar, none with { CoolDowns = [_rules.CoolDowns[within]] }),
        };
    }

    private int FirstOf(int part) => Parts[part].Kind switch
    {
        PolicyPartKind.Cap => 0,
        PolicyPartKind.QuietHours => _firstPart.QuietHours,
        PolicyPartKind.Spacing => _firstPart.Spacing,
        PolicyPartKind.Exclusion => _firstPart.Exclusion,
        _ => _firstPart.CoolDown,
    };
}
