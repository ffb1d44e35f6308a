using Orleans;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Deliveries;

/// <summary>How many contacts came to an end on a day.</summary>
/// <param name="CampaignId">Their campaign; empty for none.</param>
/// <param name="ChannelId">Their channel.</param>
/// <param name="Day">The day of the bank's, days since 1970-01-01.</param>
/// <param name="Outcome">How they ended, or what was heard of them.</param>
/// <param name="Count">How many.</param>
[GenerateSerializer, Immutable, Alias("zhice.delivery-tally")]
public sealed record DeliveryCount(
    [property: Id(0)] string CampaignId, [property: Id(1)] string ChannelId, [property: Id(2)] int Day,
    [property: Id(3)] DeliveryOutcome Outcome,
    [property: Id(4)] long Count);
