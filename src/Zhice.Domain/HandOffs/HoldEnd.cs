using Orleans;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.HandOffs;

/// <summary>How an agent's hold ends. The numbers are those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.hold-outcome")]
public enum HoldOutcome : byte
{
    /// <summary>The customer gave no answer; the other channels may go on.</summary>
    Released = 1,

    /// <summary>The customer accepted.</summary>
    Accepted = 2,

    /// <summary>The customer does not want it.</summary>
    Dismissed = 3,
}

/// <summary>The end of an agent's hold.</summary>
/// <param name="Contact">The hold.</param>
/// <param name="Outcome">What came of it.</param>
[GenerateSerializer, Immutable, Alias("zhice.hold-end")]
public readonly record struct HoldEnd([property: Id(0)] ContactId Contact, [property: Id(1)] HoldOutcome Outcome)
{
    /// <summary>The customer's answer as feedback on the agent's contact; null when there was none.</summary>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    public CustomerEvent? FeedbackIn(Catalog catalog, long nowMs) => Outcome == HoldOutcome.Released ? null : new()
    {
        Id = $"{Contact}-{Outcome}",
        Type = catalog.Symbols.Find(SymbolKind.EventType, Outcome == HoldOutcome.Accepted ? "acceptance" : "dismissal"),
        AtMs = nowMs,
        Channel = catalog.Placement(Contact.Decision.Placement)?.Channel ?? 0,
        Feedback = Outcome == HoldOutcome.Accepted ? FeedbackType.Acceptance : FeedbackType.Dismissal,
        Decision = Contact.Decision,
        Action = Contact.Action,
    };
}
