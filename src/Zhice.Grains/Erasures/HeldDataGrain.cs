using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Orleans.Concurrency;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Erasures;
using Zhice.Contracts.Journeys;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Primitives;
using Zhice.Grains.Bulk;
using Zhice.Storage.Backends;
using Zhice.Storage.Encryption;
using Zhice.Storage.Erasures;
using Zhice.Storage.Evaluations;

namespace Zhice.Grains.Erasures;

/// <inheritdoc cref="IHeldDataGrain"/>
[GrainType("held-data"), StatelessWorker]
internal sealed class HeldDataGrain(IStores stores, ICatalogs catalogs, BulkSilos silos, StateCipher cipher, TimeProvider clock)
    : Grain, IHeldDataGrain
{
    private const int PagesAtOnce = 64;
    private const int GrainsAtOnce = 32;

    public async Task<ImmutableArray<HeldPart>> Collect(string customerId)
    {
        var catalog = catalogs.Current;
        var parts = ImmutableArray.CreateBuilder<HeldPart>();
        var record = await GrainFactory.Customer(customerId).Find();
        foreach (var (part, show) in HeldState.Parts)
        {
            parts.Add(Part($"state.{part}", record is null ? [] : show(record.State, catalog, clock.GetUtcNow().ToUnixTimeMilliseconds())));
        }

        foreach (var table in CustomerPlaces.Rows)
        {
            parts.Add(
                Part(
                    table,
                    (await stores.Erasures.ReadRowsAsync(customerId, table))
                        .Select(row => HeldRow.ToJson(Opened(row, customerId), catalog))));
        }

        parts.Add(Part("campaign_evaluation", await EvaluationsAsync(customerId)));
        var end = $"/{CustomerBucket.ForId(Encoding.UTF8.GetBytes(customerId))}";
        parts.Add(Part(CustomerGrainStates.Lists, await EachAsync(CustomerGrainStates.Lists, end, async key =>
            (await GrainFactory.GetGrain<IAudienceListGrain>(key).All()).Contains(customerId)
                ? [new JsonObject { ["list"] = key[..key.LastIndexOf('/')] }]
                : [])));
        parts.Add(Part(CustomerGrainStates.JourneyChanges, await EachAsync(CustomerGrainStates.JourneyChanges, "", async key =>
            [.. (
                await GrainFactory.GetGrain<IJourneyChangesGrain>(key).List()).Where(note =>
                    note.CustomerId == customerId).Select(note => ToJson(key, note))])));
        parts.Add(Part("files", await FilesAsync(customerId)));
        return parts.DrainToImmutable();
    }

    // The only sealed column: a decision with the state of which it was made.
    private IReadOnlyDictionary<string, object?> Opened(IReadOnlyDictionary<string, object?> row, string customerId) =>
        row.TryGetValue("record", out var value)
        && value is byte[] record
        ? new Dictionary<string, object?>(row) { ["record"] = cipher.Open(Encoding.UTF8.GetBytes(customerId), record) }
        : row;

    private static HeldPart Part(string place, IEnumerable<JsonObject> entries) =>
        new(place, [.. entries.Select(static entry => entry.ToJsonString(HeldRow.Options))]);

    private static JsonObject ToJson(string journeyId, JourneyChangeNote note) => new()
    {
        ["journey"] = journeyId, ["change"] = note.Asked.Kind.ToString(), ["at"] = HeldRow.Instant(note.AtMs), ["by"] = note.Actor,
        ["comment"] = note.Comment, ["stage"] = note.StageId,
    };

    private async Task<List<JsonObject>> EachAsync(string grainType, string keyEnd, Func<string, Task<JsonObject[]>> show)
    {
        var found = new List<JsonObject>();
        foreach (var some in (await stores.Erasures.ListGrainsAsync(grainType, keyEnd)).Chunk(GrainsAtOnce))
        {
            found.AddRange((await Task.WhenAll(some.Select(show))).SelectMany(static entries => entries));
        }

        return found;
    }

    private async Task<List<JsonObject>> EvaluationsAsync(string customerId)
    {
        var found = new List<JsonObject>();
        foreach (var shard in (short[])[(short)CustomerBucket.ForId(Encoding.UTF8.GetBytes(customerId)), EvaluationRow.TriggerShard])
        {
            for (EvaluationRow? last = null; await stores.Erasures.ListPagesAsync(shard, last, PagesAtOnce) is { Count: > 0 } pages; last = pages[^1])
            {
                found.AddRange(pages.SelectMany(page => EvaluationPage.FromBytes(page.Evaluations).Where(each => each.CustomerId == customerId).Select(each => new JsonObject
                {
                    ["campaign"] = page.CampaignId, ["run"] = page.Run, ["at"] = HeldRow.Instant(each.AtMs),
                    ["outcome"] = each.Kind.Outcome.ToString(),
                    ["reason"] = each.Kind.Reason.ToString(), ["rule"] = each.Kind.RuleId, ["placement"] = each.Kind.PlacementId,
                    ["arm"] = each.Kind.ArmId,
                })));
            }
        }

        return found;
    }

    private async Task<List<JsonObject>> FilesAsync(string customerId)
    {
        var found = new List<JsonObject>();
        foreach (var silo in silos.Active)
        {
            var files = await silos.TryAsync(silo, async grain => await grain.FindFiles(customerId));
            found.AddRange(files.IsDefault
                ? [new JsonObject { ["silo"] = silo, ["searched"] = false }]
                : files.Select(static file => new JsonObject { ["file"] = file.Name, ["searched"] = file.HasCustomer }));
        }

        return found;
    }
}
