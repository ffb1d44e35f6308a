using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs.Tags;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Campaigns;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using DataImportance = Zhice.V1.DataImportance;
using PersonalClass = Zhice.V1.PersonalClass;
using TagDefinition = Zhice.Domain.Tags.TagDefinition;
using TagProtection = Zhice.V1.TagProtection;

namespace Zhice.Api.Catalogs;

/// <summary>The catalogue of data: tags with how they are protected, and who reads them.</summary>
internal static class TagDataList
{
    public static async Task<ListTagDataResponse> CreateAsync(V1.Catalog definition, long version, Catalog catalog, IGrainFactory grains)
    {
        var found = TagReaders.Find(definition).ToList();
        foreach (var audience in await grains.GetGrain<ISavedAudiencesGrain>(ISavedAudiencesGrain.Key).All())
        {
            found.AddRange(TagReaders.In(audience.Expression).Select(tag => (tag, $"audience {audience.Id}")));
        }

        foreach (var entry in await grains.GetGrain<ICampaignListGrain>(ICampaignListGrain.Key).All())
        {
            if (await grains.GetGrain<ICampaignGrain>(entry.CampaignId).Find() is { } campaign)
            {
                found.AddRange(
                    TagReaders.In(V1.Campaign.Parser.ParseFrom(campaign.Source).ToString())
                        .Select(tag => (tag, $"campaign {entry.CampaignId}")));
            }
        }

        var readers = found.ToLookup(static reader => reader.Item1, static reader => reader.Item2, StringComparer.Ordinal);
        return new() { Version = version, Tags = { catalog.Tags.Select(tag => ToData(tag, definition, readers[tag.Id], catalog)) } };
    }

    private static TagData ToData(TagDefinition tag, V1.Catalog definition, IEnumerable<string> readers, Catalog catalog)
    {
        var data = new TagData
        {
            TagId = tag.Id,
            DisplayName = definition.Tags.FirstOrDefault(each => each.TagId == tag.Id)?.DisplayName ?? "",
            Sensitive = tag.IsSensitive,
            EventTypeId = tag.Live is null ? "" : catalog.Symbols.FindName(SymbolKind.EventType, tag.FedBy) ?? "",
            Protection = new TagProtection
            {
                Level = tag.Protection.Level,
                PersonalClass = (PersonalClass)tag.Protection.PersonalClass,
                Importance = (DataImportance)tag.Protection.Importance,
                Purpose = tag.Protection.Purpose,
                Origin = tag.Protection.Origin,
                Retention = tag.Protection.RetentionMs == 0
                    ? null
                    : Duration.FromTimeSpan(TimeSpan.FromMilliseconds(tag.Protection.RetentionMs)),
            },
        };
        data.Readers.AddRange(readers.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        if (!tag.IsHiddenFromModels)
        {
            data.Readers.Add("models");
        }

        return data;
    }
}
