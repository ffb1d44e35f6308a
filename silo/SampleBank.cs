using System.Globalization;
using Google.Protobuf;
using Spectre.Console;
using Zhice.Api.Customers;
using Zhice.Api.Requests;
using Zhice.BankMarketing;
using Zhice.Catalogs.Yaml;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Sample;
using Zhice.Domain.Tags;
using Zhice.Hosting;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Silo;

/// <summary>
/// Fills an empty grid with the sample bank: its catalogue and the tags of 41,188 real customers. One silo of a cluster
/// does it, the others wait. Interrupted, another or the next start goes on: each customer's load has a request id, so
/// nothing is loaded twice.
/// </summary>
internal sealed class SampleBank(IGrainFactory grains, ICatalogs catalogs, TimeProvider clock)
{
    // Enough to fill the store's batches, few enough to keep each one's wait short.
    private const int InFlight = 512;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly string _sample = Path.Combine(AppContext.BaseDirectory, "sample");

    public async Task LoadAsync(CancellationToken cancellation)
    {
        var sample = grains.GetGrain<ISampleGrain>(ISampleGrain.Key);
        var loader = Guid.NewGuid();
        while (true)
        {
            switch (await sample.TakeUp(loader))
            {
                case SampleLoadTurn.Loaded:
                    return;
                case SampleLoadTurn.Yours:
                    using (var renewing = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
                    {
                        var renewal = RenewAsync(sample, loader, renewing.Token);
                        await LoadAllAsync(cancellation);
                        await renewing.CancelAsync();
                        await renewal;
                    }

                    await sample.Finish();
                    return;
                default:
                    await Task.Delay(Pause, clock, cancellation);
                    break;
            }
        }
    }

    private async Task RenewAsync(ISampleGrain sample, Guid loader, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(ISampleGrain.Turn / 6, clock, cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
            await sample.TakeUp(loader);
        }
    }

    private async Task LoadAllAsync(CancellationToken cancellation)
    {
        var keeper = grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);
        if (await keeper.Find(0) is null)
        {
            var applied = await keeper.Apply(new CatalogChange
            {
                Definition = CatalogFiles.Read(Path.Combine(_sample, "catalog")).ToByteArray(),
                Author = "sample",
                Comment = "The sample bank",
            });
            if (applied.Outcome != CatalogOutcome.Applied)
            {
                throw new StartRefusedException($"the sample's catalogue has faults: {string.Join("; ", applied.Faults)}");
            }
        }
        else if (!await IsSampleCatalogAsync(keeper))
        {
            return;
        }

        await catalogs.WaitForAsync(1, cancellation);
        await LoadCustomersAsync(cancellation);
    }

    // A grid that began with a bank's own catalogue gets no sample customers.
    private static async Task<bool> IsSampleCatalogAsync(ICatalogGrain keeper) =>
        (await keeper.Versions()).LastOrDefault() is { Author: "sample", Version: 1 };

    private async Task LoadCustomersAsync(CancellationToken cancellation)
    {
        await using var file = File.OpenRead(Path.Combine(_sample, "bank-marketing", "bank-additional-full.csv.gz"));
        var rows = BankMarketingFile.Read(file).ToList();
        var catalog = catalogs.Current;
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask($"Loading the sample bank's {rows.Count:N0} customers", maxValue: rows.Count);
                var options = new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellation };
                await Parallel.ForEachAsync(rows, options, async (row, _) =>
                {
                    await grains.GetGrain<ICustomerGrain>(row.CustomerId).UpdateTags(CreateTagUpdate(row, catalog));
                    bar.Increment(1);
                });
            });
    }

    private TagUpdate CreateTagUpdate(BankMarketingRow row, Catalog catalog)
    {
        var request = new UpdateTagsRequest { CustomerId = row.CustomerId, Changes = { row.TagChanges } };
        var check = new RequestCheck();
        var changes = TagChanges.Read(request.Changes, catalog, clock.GetUtcNow().ToUnixTimeMilliseconds(), check);
        check.ThrowIfAny();
        var requestId = string.Create(CultureInfo.InvariantCulture, $"sample-{row.Number}");
        return new TagUpdate(changes, requestId, BodyHash.Compute(request), TagSource.Import);
    }
}
