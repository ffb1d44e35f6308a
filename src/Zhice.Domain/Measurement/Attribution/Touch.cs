using System.Collections.Immutable;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Measurement.Attribution;

/// <summary>A moment at which a customer was reached before an outcome.</summary>
/// <param name="Decision">The decision that proposed the action.</param>
/// <param name="Contact">The contact; null when it was shown in a placement without one.</param>
/// <param name="AtMs">When, unix milliseconds.</param>
public readonly record struct Touch(DecisionId Decision, ContactId? Contact, long AtMs);

/// <summary>What a customer did in the end, such as a deposit that was opened.</summary>
/// <param name="Fen">Its amount in fen; below 0 for money that left.</param>
/// <param name="AtMs">When, unix milliseconds.</param>
/// <param name="Contact">The contact that the core system names; null when it names none.</param>
/// <param name="Decision">The decision that it names; null when it names none.</param>
public readonly record struct AttributedOutcome(long Fen, long AtMs, ContactId? Contact = null, DecisionId? Decision = null);

/// <summary>A touch's part of an outcome.</summary>
/// <param name="Touch">The touch, by its place in the list.</param>
/// <param name="Share">Its part of the outcome as one conversion, 0 to 1; all of an outcome add up to 1.</param>
/// <param name="Fen">Its part of the amount; all of an outcome add up to the amount, to the fen.</param>
public readonly record struct Credit(int Touch, double Share, long Fen);

/// <summary>Why an outcome was given to its touches, or to none.</summary>
public enum AttributionBasis
{
    /// <summary>To none: no touch is before the outcome and within the window.</summary>
    NoTouch,

    /// <summary>To none: the outcome names a contact or decision that is not among the touches.</summary>
    NamedElsewhere,

    /// <summary>The outcome names the contact.</summary>
    Contact,

    /// <summary>The outcome names the decision.</summary>
    Decision,

    /// <summary>By the rule of the view.</summary>
    View,
}

/// <summary>An outcome given to touches.</summary>
/// <param name="Basis">Why.</param>
/// <param name="Credits">The parts; none when it belongs to no touch.</param>
public readonly record struct AttributedCredits(AttributionBasis Basis, ImmutableArray<Credit> Credits);
