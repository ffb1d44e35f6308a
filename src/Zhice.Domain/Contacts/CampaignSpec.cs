using System.Collections.Immutable;
using Orleans;
using Zhice.Domain.Journeys;

namespace Zhice.Domain.Contacts;

/// <summary>What a campaign asks of each customer: the same for all customers of a run, and it never changes.</summary>
[GenerateSerializer, Immutable, Alias("zhice.campaign-order")]
public sealed record CampaignSpec
{
    /// <summary>How old an event may be for it to trigger a contact when the campaign does not say, in milliseconds: 15 minutes.</summary>
    public const long DefaultEventAgeMs = 15 * 60_000;

    /// <summary>The campaign's id.</summary>
    [Id(0)]
    public required string CampaignId { get; init; }

    /// <summary>Which edition of its definition this is, from 1.</summary>
    [Id(1)]
    public required long Revision { get; init; }

    /// <summary>Whom it is for: a condition; empty for all whom it is given to.</summary>
    [Id(2)]
    public required string Audience { get; init; }

    /// <summary>What is proposed.</summary>
    [Id(3)]
    public required string ActionId { get; init; }

    /// <summary>Where, in order of preference.</summary>
    [Id(4)]
    public required ImmutableArray<string> PlacementIds { get; init; }

    /// <summary>Its branches; none: the first treatment that fits is shown.</summary>
    [Id(5)]
    public ImmutableArray<CampaignArm> Arms { get; init; } = [];

    /// <summary>How many of 10,000 customers are kept out.</summary>
    [Id(6)]
    public int Holdout { get; init; }

    /// <summary>In which hours of the bank's day; null: all day.</summary>
    [Id(7)]
    public SendWindow? Window { get; init; }

    /// <summary>How long a contact may wait for its channel, in milliseconds.</summary>
    [Id(8)]
    public required long ContactExpiryMs { get; init; }

    /// <summary>From when on nobody is contacted any more, unix milliseconds.</summary>
    [Id(9)]
    public long EndsAtMs { get; init; } = long.MaxValue;

    /// <summary>The kind of event that triggers it; empty: none, it runs by its schedule.</summary>
    [Id(10)]
    public string TriggerEventType { get; init; } = "";

    /// <summary>How old an event may be for it to trigger a contact, in milliseconds; 0: the usual age.</summary>
    [Id(11)]
    public long MaxEventAgeMs { get; init; }

    /// <summary>Whether each of several events that are recorded at once triggers a contact; else they are one occasion.</summary>
    [Id(12)]
    public bool IsForEachEvent { get; init; }

    /// <summary>How old an event may be for it to trigger a contact, in milliseconds.</summary>
    public long EventAgeLimitMs => MaxEventAgeMs > 0 ? MaxEventAgeMs : DefaultEventAgeMs;

    /// <summary>The stage of a journey that asks; null for campaigns.</summary>
    [Id(20)]
    public ContactOrigin? Origin { get; init; }

    /// <summary>
    /// When the run began for which customers are asked, unix milliseconds: none was contacted in it before; 0: not known.
    /// </summary>
    [Id(21)]
    public long RunStartedAtMs { get; init; }

    /// <summary>The arm that all customers get, as it has won; empty: each has the one that is drawn.</summary>
    [Id(22)]
    public string PromotedArm { get; init; } = "";
}

/// <summary>A branch of a campaign.</summary>
/// <param name="Id">Its id.</param>
/// <param name="UpTo">The weights of this arm and of those before it.</param>
/// <param name="TreatmentId">The treatment that it shows.</param>
[GenerateSerializer, Immutable, Alias("zhice.campaign-arm")]
public sealed record CampaignArm([property: Id(0)] string Id, [property: Id(1)] int UpTo, [property: Id(2)] string TreatmentId);
