using Orleans;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Deliveries;

/// <summary>How a contact of a customer ended, or what was heard of it later.</summary>
/// <param name="ContactId">The contact.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="AtMs">When, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.contact-settlement")]
public sealed record ContactSettlement(
    [property: Id(0)] string ContactId, [property: Id(1)] DeliveryOutcome Outcome, [property: Id(2)] long AtMs)
{
    /// <summary>Why it was given up; empty for all else.</summary>
    [Id(3)]
    public string Reason { get; init; } = "";

    /// <summary>Whether it was a dead letter before: it gave its place in the caps back then, and takes one when it is sent.</summary>
    [Id(4)]
    public bool IsResent { get; init; }

    /// <summary>For what was heard later: the campaign that sent it; empty for none.</summary>
    [Id(5)]
    public string CampaignId { get; init; } = "";

    /// <summary>For what was sent: the treatment that was shown; empty when it is not known.</summary>
    [Id(6)]
    public string TreatmentId { get; init; } = "";
}
