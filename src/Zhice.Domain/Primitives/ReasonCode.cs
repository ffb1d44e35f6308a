namespace Zhice.Domain.Primitives;

/// <summary>The outcome of the checks on an action. The numbers are stored, and are those of the public contract.</summary>
public enum ReasonCode : byte
{
    /// <summary>It was offered.</summary>
    Offered = 1,

    /// <summary>It may be offered, but others rank higher.</summary>
    LowerPriority = 2,

    /// <summary>No treatment of it fits the placement.</summary>
    NoTreatment = 3,

    /// <summary>It has not started, or it is over.</summary>
    OutOfSeason = 4,

    /// <summary>An eligibility rule does not hold.</summary>
    Ineligible = 5,

    /// <summary>An applicability rule does not hold.</summary>
    NotApplicable = 6,

    /// <summary>A suitability rule does not hold.</summary>
    Unsuitable = 7,

    /// <summary>The customer refused such messages in this channel, or did not allow them where the channel asks for a grant.</summary>
    Consent = 8,

    /// <summary>A contact cap is reached.</summary>
    CapReached = 9,

    /// <summary>The channel says nothing to sell at this time of day.</summary>
    QuietHours = 10,

    /// <summary>A cool-down after an answer, an exclusion by another action, or the spacing of contacts keeps it away.</summary>
    Suppressed = 11,

    /// <summary>The customer is in a holdout, or in another arm of an experiment, or in none.</summary>
    Holdout = 12,

    /// <summary>An agent of another channel holds it for the customer.</summary>
    Held = 13,

    /// <summary>Every unit of it has been given out.</summary>
    OutOfStock = 14,

    /// <summary>The answer has as many of its category as the placement allows.</summary>
    Diversity = 15,

    /// <summary>The customer is not, or no longer, in the campaign's audience.</summary>
    NotInAudience = 16,

    /// <summary>A stop is in force: of all marketing, of the channel, or of the action.</summary>
    Stopped = 17,

    /// <summary>The customer is on a do-not-contact list.</summary>
    DoNotContact = 18,
}
