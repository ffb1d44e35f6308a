using System.Collections.Immutable;
using System.Text;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Bulk;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Journeys;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Grains.Audiences;
using Zhice.Grains.Bulk;
using Zhice.Storage.Backends;
using Zhice.Storage.Erasures;
using Zhice.Storage.Evaluations;

namespace Zhice.Grains.Erasures;

/// <summary>
/// One erasure from its request to its certificate. Each step finds less to do when it is done again, so that after a crash it begins
/// from the start; what was removed is counted in the store with each removal.
/// </summary>
internal sealed class ErasureRun(
    IStores stores, IGrainFactory grains, ClusterFlush flush, BulkSilos silos, ErasureOptions options, TimeProvider clock)
{
    private const int PagesAtOnce = 64;
    private const int GrainsAtOnce = 32;

    /// <summary>Erases in the background, after an erasure of the same customer that is under way has ended, well or not.</summary>
    public Task BeginAfter(Task before, string customerId, ErasureRequest request) => Task.Run(async () =>
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await RunAsync(customerId, request);
    });

    /// <summary>Erases, and ends the request.</summary>
    /// <exception cref="StoreUnavailableException">The store is away; it goes on later.</exception>
    /// <exception cref="OrleansException">A silo does not answer; it goes on later.</exception>
    public async Task RunAsync(string customerId, ErasureRequest request)
    {
        var rules = new EvidenceRules(options.ConsentEvidenceDays, options.ContactEvidenceDays);
        await grains.Customer(customerId).Erase(request.RequestId);
        await stores.Erasures.RemoveRowsAsync(customerId, request, rules);
        await RemoveFromGrainsAsync(customerId, request);
        await RemoveFromIndexAsync(customerId);
        await RemoveFromPagesAsync(customerId, request);
        var files = await RemoveFilesAsync(customerId, request);

        // Once more, for what silos had in their queues: nothing else comes after the tombstone.
        await Task.Delay(options.Settle, clock);
        await stores.Erasures.RemoveRowsAsync(customerId, request, rules);
        await RemoveFromPagesAsync(customerId, request);

        var removed = await stores.Erasures.ListCountsAsync(request);
        var certificate = new ErasureCertificate(
            [.. removed.Select(static rows => new ErasureCertificate.Removal(rows.Place, rows.Rows))],
            [.. ErasureRemainders.List(options).Concat(files)]);
        await stores.Erasures.EndAsync(request, certificate.ToBytes(), clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private async Task RemoveFromGrainsAsync(string customerId, ErasureRequest request)
    {
        var end = $"/{CustomerBucket.ForId(Encoding.UTF8.GetBytes(customerId))}";
        await EachAsync(
            CustomerGrainStates.Lists, end, async key => await grains.GetGrain<IAudienceListGrain>(key).Remove(customerId) ? 1 : 0);
        await EachAsync(
            CustomerGrainStates.CampaignParts, end,
            async key => await grains.GetGrain<ICampaignPartitionGrain>(key).LeaveOut(customerId) ? 1 : 0);
        await EachAsync(
            CustomerGrainStates.JourneyChanges, "", async key => await grains.GetGrain<IJourneyChangesGrain>(key).Remove(customerId));

        async Task EachAsync(string grainType, string keyEnd, Func<string, Task<int>> remove)
        {
            foreach (var some in (await stores.Erasures.ListGrainsAsync(grainType, keyEnd)).Chunk(GrainsAtOnce))
            {
                var counts = await Task.WhenAll(some.Select(remove));
                await stores.Erasures.AddCountAsync(request, grainType, counts.Sum());
            }
        }
    }

    // What was committed before is in the index first, so that none of it comes after the index was read again.
    private async Task RemoveFromIndexAsync(string customerId)
    {
        await flush.FlushAsync();
        await grains.GetGrain<IBucketGrain>(CustomerBucket.ForId(Encoding.UTF8.GetBytes(customerId))).Reread();
    }

    private async Task RemoveFromPagesAsync(string customerId, ErasureRequest request)
    {
        var bucket = (short)CustomerBucket.ForId(Encoding.UTF8.GetBytes(customerId));
        foreach (var shard in (short[])[bucket, EvaluationRow.TriggerShard])
        {
            for (EvaluationRow? last = null; await stores.Erasures.ListPagesAsync(shard, last, PagesAtOnce) is { Count: > 0 } pages; last = pages[^1])
            {
                var removed = 0L;
                foreach (var page in pages)
                {
                    removed += await RemoveFromPageAsync(page, customerId);
                }

                await stores.Erasures.AddCountAsync(request, "campaign_evaluation", removed);
            }
        }
    }

    private async Task<long> RemoveFromPageAsync(EvaluationRow page, string customerId)
    {
        for (var there = page.Evaluations; ;)
        {
            var evaluations = EvaluationPage.FromBytes(there);
            var others = evaluations.Where(each => each.CustomerId != customerId).ToList();
            if (others.Count == evaluations.Count)
            {
                return 0;
            }

            // Another one may write the page meanwhile.
            if (await stores.Evaluations.ReplaceAsync(page with { Evaluations = EvaluationPage.ToBytes(others) }, there) is not { } other)
            {
                return evaluations.Count - others.Count;
            }

            there = other;
        }
    }

    // A file is a copy: it goes, unless an operation is under way that may be reading or writing it.
    private async Task<List<ErasureCertificate.Remainder>> RemoveFilesAsync(string customerId, ErasureRequest request)
    {
        var isBusy = (await grains.GetGrain<IBulkListGrain>(IBulkListGrain.Key).All()).Any(static operation => operation.EndedAtMs == 0);
        var kept = new List<ErasureCertificate.Remainder>();
        foreach (var silo in silos.Active)
        {
            var files = await silos.TryAsync(silo, async grain => await grain.FindFiles(customerId));
            if (files.IsDefault)
            {
                kept.Add(new("files", $"The silo {silo} did not answer: its files of bulk data were not searched. Erase again."));
                continue;
            }

            foreach (var file in files)
            {
                if (!file.HasCustomer)
                {
                    kept.Add(new($"file:{file.Name}", "It cannot be searched. It goes with its operation, or is deleted by hand."));
                }
                else if (isBusy)
                {
                    kept.Add(new($"file:{file.Name}", "An operation is under way that may use it. Erase again when it has ended."));
                }
                else
                {
                    await silos.GetSilo(silo).Discard(file.Name);
                    await stores.Erasures.AddCountAsync(request, $"file:{file.Name}", 1);
                }
            }
        }

        return kept;
    }
}
