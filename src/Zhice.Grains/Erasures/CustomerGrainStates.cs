using System.Collections.Immutable;

namespace Zhice.Grains.Erasures;

/// <summary>
/// Every kind of grain that keeps state, and what it has of a customer. Erasure goes by it, and a test compares it with the sources: a
/// kind that is not named here fails it.
/// </summary>
internal static class CustomerGrainStates
{
    /// <summary>Parts of uploaded lists; their keys end with the bucket.</summary>
    public const string Lists = "audience-list";

    /// <summary>Buckets' parts of campaign runs; their keys end with the bucket.</summary>
    public const string CampaignParts = "campaign-part";

    /// <summary>Changes that operators made in journeys.</summary>
    public const string JourneyChanges = "journey-changes";

    /// <summary>Kinds that may name customers: an erasure asks each of its grains.</summary>
    public static ImmutableArray<string> WithCustomers { get; } = [Lists, CampaignParts, JourneyChanges];

    /// <summary>Kinds that name none: definitions, counts, models, files by name, keys.</summary>
    public static ImmutableArray<string> WithoutCustomers { get; } =
    [
        "audience-book", "audience-history", "bulklist", "bulkoperation", "campaign", "campaign-list", "catalog", "change-requests",
        "decision-key", "learner", "page-sessions", "revocations", "sample", "sign-in-keys",
        "stopboard",
    ];
}
