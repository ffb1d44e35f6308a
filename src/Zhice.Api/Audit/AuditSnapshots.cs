using System.Globalization;
using Zhice.Api.Audiences;
using Zhice.Api.Campaigns;
using Zhice.Api.Requests;
using Zhice.Catalogs.Journeys;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Bulk;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Learning;
using Zhice.Contracts.Stops;
using Zhice.Domain.Primitives;
using Zhice.V1;

namespace Zhice.Api.Audit;

/// <summary>
/// Reads what a call is about, before and after it. A change that somebody else makes at the same moment may be seen in between.
/// </summary>
internal sealed class AuditSnapshots(IGrainFactory grains, ICatalogs catalogs, AuditDigests digests, TimeProvider clock)
{
    /// <summary>Makes the digests of large values.</summary>
    public AuditDigests Digests => digests;

    /// <summary>The values of a thing; <see cref="AuditValues.Empty"/> where there is none.</summary>
    public async ValueTask<AuditValues> ReadAsync(AuditTarget target) => target switch
    {
        { Kind: AuditTarget.Catalog } => await ReadCatalogAsync(),
        { Id: "" } => AuditValues.Empty,
        { Kind: AuditTarget.CatalogChange } => await ReadChangeAsync(target.Id),
        { Kind: AuditTarget.Campaign } when IsId(target.Id) => await ReadCampaignAsync(target.Id),
        { Kind: AuditTarget.Audience } => await ReadAudienceAsync(target.Id),
        { Kind: AuditTarget.Model } => await ReadModelAsync(target.Id),
        { Kind: AuditTarget.Stop } => await ReadStopAsync(target.Id),
        { Kind: AuditTarget.Operation } => await ReadOperationAsync(target.Id),
        { Kind: AuditTarget.Customer } when IsId(target.Id) => await ReadCustomerAsync(target.Id),
        _ => AuditValues.Empty,
    };

    /// <summary>
    /// Whether what expressions compare with a tag is masked: from level 4 on and where the tag is sensitive, and of a tag that the
    /// catalogue does not define, as it may be one that was removed or is to come.
    /// </summary>
    public bool IsHidden(string tagId) => !catalogs.Current.TagsById.TryGetValue(tagId, out var tag) || tag.IsSensitive;

    // The call has not been checked yet: no grain is woken for what is no id.
    private static bool IsId(string id) => new RequestCheck().Id("id", id);

    private async Task<AuditValues> ReadCampaignAsync(string id) =>
        await grains.GetGrain<ICampaignGrain>(id).Find() is { } campaign
            ? AuditValues.Of(CampaignMap.ToStatus(campaign), isHidden: IsHidden)
            : AuditValues.Empty;

    private async Task<AuditValues> ReadCatalogAsync()
    {
        if (await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Find(0) is not { } document)
        {
            return AuditValues.Empty;
        }

        var values = AuditValues.Of(Catalog.Parser.ParseFrom(document.Definition), isHidden: IsHidden);
        values.Add("version", Number(document.Version.Version));
        return values;
    }

    // A change request that is approved changes the catalogue too.
    private async Task<AuditValues> ReadChangeAsync(string id)
    {
        var values = await ReadCatalogAsync();
        if (long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && await grains.GetGrain<IChangeRequestsGrain>(IChangeRequestsGrain.Key).Find(number) is { } change)
        {
            values.Add("change.state", $"{change.State}");
            values.Add("change.etag", change.Etag);
            values.Add("change.comment", change.Comment);
            values.Add("change.authors", string.Join(", ", change.Authors));
            values.Add("change.definition", digests.Of(change.Definition));
        }

        return values;
    }

    private async Task<AuditValues> ReadAudienceAsync(string id) =>
        await grains.GetGrain<ISavedAudiencesGrain>(ISavedAudiencesGrain.Key).Find(id) is { } saved
            ? AuditValues.Of(AudienceMap.ToAudience(saved), isHidden: IsHidden)
            : AuditValues.Empty;

    private async Task<AuditValues> ReadModelAsync(string actionId)
    {
        if (catalogs.Current.FindAction(actionId) is not { } action)
        {
            return AuditValues.Empty;
        }

        var report = await grains.GetGrain<ILearnerGrain>(action.FirstId).Describe();
        var values = new AuditValues();
        values.Add("is_frozen", report.IsFrozen ? "true" : "false");
        values.Add("champion.settings", $"{report.Champion.Settings}");
        if (report.Challenger is { } challenger)
        {
            values.Add("challenger.settings", $"{challenger.Settings}");
        }

        return values;
    }

    private async Task<AuditValues> ReadStopAsync(string id)
    {
        var values = new AuditValues();
        foreach (var stop in (await grains.GetGrain<IStopBroadcastGrain>(IStopBroadcastGrain.Key).Find()).Stops)
        {
            if (AuditTarget.StopId((StopKind)stop.Kind, stop.TargetId) == id)
            {
                values.Add("in_force", "true");
                values.Add("actor", stop.Actor);
                values.Add("comment", stop.Comment);
            }
        }

        return values;
    }

    private async Task<AuditValues> ReadOperationAsync(string name)
    {
        var id = name[(name.LastIndexOf('/') + 1)..];
        var values = new AuditValues();
        if (IsId(id) && await grains.GetGrain<IBulkOperationGrain>(id).Find() is { } record)
        {
            values.Add("kind", $"{record.Kind}");
            values.Add("phase", $"{record.Phase}");
        }

        return values;
    }

    private async Task<AuditValues> ReadCustomerAsync(string id)
    {
        if (await grains.Customer(id).Find() is not { State: { } state })
        {
            return AuditValues.Empty;
        }

        var (catalog, values, nowMs) = (catalogs.Current, new AuditValues(), clock.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var entry in state.Tags)
        {
            if (catalog.Tag(entry.Tag) is { } tag && tag.GetEnd(entry.WrittenAtMs, entry.ExpiresAtMs) > nowMs)
            {
                values.AddTag(tag, entry.Bits, entry.Text);
            }
        }

        foreach (var entry in state.Consents.Entries)
        {
            values.Add(
                $"consents[{catalog.Symbols.FindName(SymbolKind.Channel, entry.Channel)}/{entry.Purpose}]",
                entry.IsGranted ? "granted" : "refused");
        }

        foreach (ref readonly var hold in state.Holds.All)
        {
            values.Add($"holds[{hold.Contact}]", hold.Owner);
        }

        foreach (ref readonly var place in state.Journeys.Places)
        {
            values.Add(
                $"journeys[{catalog.Symbols.FindName(SymbolKind.Journey, place.Journey)}]",
                JourneyReports.GetStageId(place.Stage, catalog));
        }

        return values;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
