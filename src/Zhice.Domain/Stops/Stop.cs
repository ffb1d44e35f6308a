using Orleans;

namespace Zhice.Domain.Stops;

/// <summary>What a stop stops. The numbers are stored, and those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.stop-kind")]
public enum StopKind : byte
{
    /// <summary>All marketing, in every channel. Service and regulatory messages go on.</summary>
    Marketing = 1,

    /// <summary>All that a channel says, whatever its purpose.</summary>
    Channel = 2,

    /// <summary>One action, in every channel.</summary>
    Action = 3,

    /// <summary>One campaign: its evaluation and what of it waits.</summary>
    Campaign = 4,
}

/// <summary>A stop that is in force: nothing of it is decided or handed over until it is lifted.</summary>
/// <param name="Kind">What kind of thing is stopped.</param>
/// <param name="TargetId">Its id; empty for all marketing.</param>
/// <param name="Actor">Who set it.</param>
/// <param name="Comment">Why.</param>
/// <param name="AtMs">Since when, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.stop")]
public sealed record Stop(
    [property: Id(0)] StopKind Kind, [property: Id(1)] string TargetId, [property: Id(2)] string Actor, [property: Id(3)] string Comment,
    [property: Id(4)] long AtMs)
{
    /// <summary>What the contacts that it keeps back are held by.</summary>
    public string Name => Kind == StopKind.Marketing ? "marketing" : $"{Kind.ToString().ToLowerInvariant()}/{TargetId}";
}

/// <summary>What becomes of the contacts of a campaign that wait.</summary>
[GenerateSerializer, Alias("zhice.campaign-queue")]
public enum CampaignQueue : byte
{
    /// <summary>They go.</summary>
    Flows = 1,

    /// <summary>They wait until the campaign is resumed.</summary>
    Waits = 2,
}

/// <summary>A campaign whose contacts are recalled: what was made before an instant is void.</summary>
/// <param name="CampaignId">The campaign.</param>
/// <param name="BeforeMs">Contacts that were decided before it are void, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.campaign-recall")]
public readonly record struct CampaignRecall([property: Id(0)] string CampaignId, [property: Id(1)] long BeforeMs);
