using System.Globalization;
using System.IO.Hashing;
using Google.Protobuf;
using Zhice.Api.Audiences;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Approvals;
using Zhice.V1;

namespace Zhice.Api.Campaigns;

/// <summary>
/// What is shown to those who approve a campaign. Its texts stand in the catalogue and its customers in an audience: both
/// are a part of what is approved, so their hash is a part of the etag.
/// </summary>
internal sealed class CampaignReviews(IGrainFactory grains, ICatalogs catalogs, TimeProvider clock)
{
    private Known _known = new(0, new());

    /// <summary>A campaign's etag with the hash of what belongs to it.</summary>
    public async ValueTask<string> EtagAsync(CampaignRecord campaign) => $"{campaign.Etag}-{(await ReadAsync(campaign)).Hash}";

    /// <summary>Whether what belongs to a campaign is another than what was approved.</summary>
    public async ValueTask<bool> IsChangedAsync(CampaignRecord campaign) =>
        campaign.ApprovedAs.Length > 0 && campaign.ApprovedAs != (await ReadAsync(campaign)).Hash;

    /// <summary>All that is to be seen before a campaign is approved.</summary>
    public async ValueTask<(CampaignReview Review, string Etag)> OfAsync(CampaignRecord campaign)
    {
        var parts = await ReadAsync(campaign);
        var review = new CampaignReview
        {
            SavedAudience = parts.Audience is { } saved ? AudienceMap.ToAudience(saved) : null,
            Action = parts.Action,
            Placements = { parts.Placements },
            CatalogVersion = parts.CatalogVersion,
            ChangedSinceApproval = campaign.ApprovedAs.Length > 0 && campaign.ApprovedAs != parts.Hash,
        };
        review.Authors.AddRange(Authors.With(campaign.Authors, campaign.Author));
        if (await grains.QuestionAsync(
            parts.Campaign.Audience, parts.Campaign.AudienceId, clock.GetUtcNow().ToUnixTimeMilliseconds()) is { } question)
        {
            var counts = await grains.GetGrain<IAudienceQueryGrain>(0).Count([question]);
            (review.AudienceCustomers, review.AllCustomers) = (counts.All, counts.Customers);
        }

        return (review, $"{campaign.Etag}-{parts.Hash}");
    }

    private async ValueTask<Parts> ReadAsync(CampaignRecord record)
    {
        var campaign = Campaign.Parser.ParseFrom(record.Source);
        var (version, catalog) = await CatalogAsync();
        var audience = campaign.AudienceId.Length == 0
            ? null
            : await grains.GetGrain<ISavedAudiencesGrain>(ISavedAudiencesGrain.Key).Find(campaign.AudienceId);
        var action = catalog.Actions.FirstOrDefault(each =>
            each.ActionId == campaign.ActionId || each.Formerly.Contains(campaign.ActionId));
        Placement[] placements = [.. campaign.PlacementIds.Select(
            id => catalog.Placements.FirstOrDefault(each => each.PlacementId == id || each.Formerly.Contains(id))).OfType<Placement>()];
        return new(campaign, version, action, placements, audience);
    }

    private async ValueTask<Known> CatalogAsync()
    {
        var version = catalogs.Current.Version;
        if (Volatile.Read(ref _known) is var known && known.Version != version
            && await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Find(version) is { } document)
        {
            known = new(version, Catalog.Parser.ParseFrom(document.Definition));
            Volatile.Write(ref _known, known);
        }

        return known;
    }

    private sealed record Known(long Version, Catalog Catalog);

    private sealed record Parts(Campaign Campaign, long CatalogVersion, V1.Action? Action, Placement[] Placements, SavedAudience? Audience)
    {
        public string Hash { get; } = ComputeHash(Action, Placements, Audience);

        private static string ComputeHash(V1.Action? action, Placement[] placements, SavedAudience? audience)
        {
            var hash = new XxHash3();
            Append(hash, action);
            foreach (var placement in placements)
            {
                Append(hash, placement);
            }

            hash.Append(System.Text.Encoding.UTF8.GetBytes(audience is null ? "" : $"{audience.Id}/{audience.Version}"));
            return hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);
        }

        private static void Append(XxHash3 hash, IMessage? message)
        {
            if (message is not null)
            {
                hash.Append(message.ToByteArray());
            }
        }
    }
}
