using Zhice.Contracts.Audiences;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;

namespace Zhice.Grains.Campaigns;

/// <summary>What a campaign asks the buckets.</summary>
internal static class AudienceQuestions
{
    public static ValueTask<AudienceQuestion> OfAsync(IGrainFactory grains, CampaignDefinition definition, Catalog catalog) =>
        ValueTask.FromResult(new AudienceQuestion(definition.Order.Audience, 0));
}
