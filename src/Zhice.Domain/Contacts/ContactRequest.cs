using Zhice.Domain.Primitives;

namespace Zhice.Domain.Contacts;

/// <summary>A contact that is to be made.</summary>
/// <param name="Purpose">Why.</param>
/// <param name="Scopes">What it belongs to.</param>
/// <param name="Moment">The moment at which it will count.</param>
/// <param name="Priority">How much it matters that it is made; caps may hold their last slot for a priority.</param>
public readonly record struct ContactRequest(Purpose Purpose, ContactScopes Scopes, CountMoment Moment = CountMoment.Any, int Priority = 0)
{
    /// <summary>Whether all of the policy binds it: all but service and regulatory contacts.</summary>
    public bool IsBound => Purpose is not (Purpose.Service or Purpose.Regulatory);

    /// <summary>By which purpose parts of the policy may bind it.</summary>
    public BoundPurposes Bound => Purpose switch
    {
        Purpose.Service => BoundPurposes.Service,
        Purpose.Regulatory => BoundPurposes.None,
        _ => BoundPurposes.Marketing,
    };
}

/// <summary>What is remembered of a customer that the policy asks for.</summary>
public readonly record struct ContactState(
    ContactHistory History, ConsentSet Consents, ContactAnswers Answers, Reservations Reservations);

/// <summary>Why a contact must not be made; the default value: it may.</summary>
/// <param name="Reason">Consent, DoNotContact, QuietHours, Suppressed or CapReached; 0 for none.</param>
/// <param name="AccessSource">The index of what refused it in <see cref="ContactPolicy.Parts"/>; -1 for consent.</param>
public readonly record struct ContactRefusal(ReasonCode Reason, int AccessSource)
{
    /// <summary>Whether the contact must not be made.</summary>
    public bool IsRefused => Reason != 0;
}

/// <summary>What a part of the policy is.</summary>
public enum PolicyPartKind : byte
{
    /// <summary>A cap; named by its id.</summary>
    Cap,

    /// <summary>Quiet hours; named by their channel.</summary>
    QuietHours,

    /// <summary>A spacing; named by its channel, or by nothing for all of them.</summary>
    Spacing,

    /// <summary>An exclusion group; named by its id.</summary>
    Exclusion,

    /// <summary>The cool-down of an action; named by the action.</summary>
    ActionCoolDown,

    /// <summary>The cool-down of a category; named by the category.</summary>
    CategoryCoolDown,

    /// <summary>A do-not-contact list; named by its id.</summary>
    DoNotContact,
}

/// <summary>A part of the policy by its name, so that a refusal can say what refused it.</summary>
public readonly record struct PolicyPart(PolicyPartKind Kind, string Id);
