using System.Collections.Immutable;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Simulations;
using Zhice.Domain.Tags;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using DomainReport = Zhice.Contracts.Simulations.FairnessReport;
using DomainSlice = Zhice.Domain.Simulations.FairnessSlice;
using FairnessReport = Zhice.V1.FairnessReport;
using FairnessSlice = Zhice.V1.FairnessSlice;
using TagDefinition = Zhice.Domain.Tags.TagDefinition;
using TagType = Zhice.Domain.Tags.TagType;

namespace Zhice.Api.Learning;

/// <summary>Reads what a fairness report is asked for, and writes it.</summary>
internal static class FairnessMap
{
    public static FairnessQuery ToQuery(GetFairnessReportRequest request, BankAction action, Catalog catalog, RequestCheck check)
    {
        var tag = catalog.TagsById.GetValueOrDefault(request.TagId);
        if (tag is null)
        {
            check.Unknown("tag_id", "tag", request.TagId, catalog.TagsById.Keys);
        }
        else if (FairnessSlices.WhyNot(tag) is { } why)
        {
            check.Add("tag_id", FieldReasons.Mismatch, why);
        }

        return new(catalog.Version, action.Number, tag?.Number ?? 0, ReadPlacement(request.PlacementId, action, catalog, check));
    }

    public static FairnessReport ToReport(DomainReport report, FairnessQuery query, Catalog catalog, DateTimeOffset now)
    {
        var tag = catalog.Tag(query.Tag)!;
        return new()
        {
            ActionId = catalog.Action(query.Action)!.Id,
            TagId = tag.Id,
            PlacementId = query.PlacementId,
            Customers = report.Customers,
            HiddenCustomers = report.Hidden,
            UnreadableCustomers = report.Unreadable,
            Slices = { report.Slices.Select(slice => ToSlice(slice, tag)) },
            SuppressedSlices = report.Suppressed,
            Learned = report.Learned,
            CatalogVersion = catalog.Version,
            WriteTime = Values.ToTimestamp(now.ToUnixTimeMilliseconds()),
        };
    }

    private static string ReadPlacement(string placementId, BankAction action, Catalog catalog, RequestCheck check)
    {
        var able = ModelMap.GetPlacements(action, catalog);
        if (placementId.Length == 0)
        {
            if (able.Length != 1)
            {
                check.Add("placement_id", FieldReasons.Required, able.IsEmpty
                    ? "must be set, but no placement of the catalogue in force can show the action; add a treatment"
                    : $"must be set, as several placements can show the action: {string.Join(", ", able)}");
            }

            return able.IsEmpty ? "" : able[0];
        }

        if (!catalog.Placements.ContainsKey(placementId))
        {
            check.Unknown("placement_id", "placement", placementId, able);
        }
        else if (!able.Contains(placementId))
        {
            check.Add(
                "placement_id", FieldReasons.Mismatch,
                able.IsEmpty
                    ? "cannot show the action, nor can any other; add a treatment"
                    : $"cannot show the action; these can: {string.Join(", ", able)}");
        }

        return placementId;
    }

    private static FairnessSlice ToSlice(DomainSlice slice, TagDefinition tag)
    {
        var isNumber = tag.Type is TagType.Integer or TagType.Decimal;
        var answer = new FairnessSlice
        {
            Missing = slice.Bounds.IsMissing,
            Value = !isNumber && slice.Bounds.From is { } value ? TagText.Format(tag, value) : "",
            From = isNumber && slice.Bounds.From is { } from ? TagText.Format(tag, from) : "",
            To = slice.Bounds.To is { } to ? TagText.Format(tag, to) : "",
            Customers = slice.Customers,
            MeanPropensity = slice.MeanPropensity,
            OfferedShare = slice.OfferedShare,
            Uneven = slice.IsUneven,
            Contacts = slice.Contacts,
        };
        if (slice.OfferedRatio is { } ratio)
        {
            answer.OfferedRatio = ratio;
        }

        if (slice.AcceptedShare is { } accepted)
        {
            answer.AcceptedShare = accepted;
        }

        return answer;
    }
}
