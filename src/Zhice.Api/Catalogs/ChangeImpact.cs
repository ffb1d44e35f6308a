using System.Collections.Immutable;
using Zhice.Catalogs;
using Zhice.Catalogs.Campaigns;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Campaigns;
using Catalog = Zhice.V1.Catalog;

namespace Zhice.Api.Catalogs;

/// <summary>What follows from a catalogue that is proposed: its faults, and the campaigns that feel it.</summary>
internal sealed class ChangeImpact(IGrainFactory grains, ICatalogs catalogs)
{
    private const int MaxWarnings = 100;

    public async Task<IReadOnlyList<string>> OfAsync(Catalog proposed, ImmutableArray<PartDifference> differences)
    {
        var now = catalogs.Current;
        var compiled = CatalogCompiler.Compile(proposed, now.Symbols, now.Version + 1);
        if (compiled.Catalog is not { } catalog)
        {
            return [.. compiled.Faults.Take(MaxWarnings).Select(static fault => $"{fault.Path}: {fault.Description}")];
        }

        var warnings = (await DoNotContactAudiences.FaultsAsync(proposed, grains))
            .Select(static fault => $"{fault.Path}: {fault.Description}")
            .ToList();
        foreach (var entry in await grains.GetGrain<ICampaignListGrain>(ICampaignListGrain.Key).All())
        {
            if (!entry.State.IsOver() && warnings.Count < MaxWarnings
                && await grains.GetGrain<ICampaignGrain>(entry.CampaignId).Find() is { } campaign)
            {
                warnings.AddRange(Describe(campaign, catalog, differences));
            }
        }

        if (!proposed.RequireApproval && differences.Any(static each => each.Path == "require_approval"))
        {
            warnings.Add("From then on, the catalogue is changed without another person's approval.");
        }

        return warnings;
    }

    private static IEnumerable<string> Describe(
        CampaignRecord record, Domain.Catalogs.Catalog catalog, ImmutableArray<PartDifference> differences)
    {
        var campaign = V1.Campaign.Parser.ParseFrom(record.Source);
        var named = $"campaign '{campaign.CampaignId}' ({record.State.ToString().ToLowerInvariant()})";
        var (_, faults) = CampaignCompiler.Compile(campaign, catalog, record.Definition.Order.Revision);
        foreach (var fault in faults)
        {
            yield return $"{named} could not go on: {fault.Path}: {fault.Description}";
        }

        string[] parts = [$"actions[{campaign.ActionId}]", .. campaign.PlacementIds.Select(static id => $"placements[{id}]")];
        if (faults.IsEmpty
            && parts.FirstOrDefault(part => differences.Any(each => each.Path.StartsWith(part, StringComparison.Ordinal))) is { } changed)
        {
            yield return $"{named} uses {changed}, which is changed";
        }
    }
}
