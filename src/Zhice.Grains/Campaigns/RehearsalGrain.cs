using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Customers;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;
using Zhice.Grains.Stocks;
using Zhice.Storage.Backends;
using Zhice.Storage.Background;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Campaigns;

/// <inheritdoc cref="IRehearsalGrain"/>
[GrainType("rehearsal")]
internal sealed class RehearsalGrain(
    CustomerStates customers, ICatalogs catalogs, PropensityModels models, IStores stores, BackgroundTurns turns, TimeProvider clock)
    : Grain, IRehearsalGrain
{
    private const int BatchSize = 64;
    private const int MaxBatches = 4;

    private static readonly TimeSpan ToldEvery = TimeSpan.FromMilliseconds(500);

    public async IAsyncEnumerable<RunCounts> Rehearse(RehearsalRequest order, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var plan = CampaignPlan.Make(order.Campaign, catalogs.Current, out var fault) ?? throw new ArgumentException(fault);
        var listed = order.List.Length == 0 ? null : await ListedAsync(order.List);
        var stock = await StockAsOf.ReadAsync(stores.Stock, countsDown: true);
        await using var turn = turns.Simulations.Ask(cancellation);
        await turn.Comes;
        var sums = new RunCounts[Environment.ProcessorCount];
        Array.Fill(sums, RunCounts.None);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var batches = Channel.CreateBounded<List<(string Id, CustomerState State)>>(MaxBatches);
        var running = BackgroundWork.Run(
            () => Task.WhenAll([ReadAsync(batches.Writer, end.Token), .. sums.Index().Select(each => JudgeAsync(each.Index))]), end.Token);
        while (await Task.WhenAny(running, Task.Delay(ToldEvery, clock, CancellationToken.None)) != running)
        {
            yield return Sum();
        }

        await running;
        yield return Sum();

        RunCounts Sum() => sums.Aggregate(RunCounts.None, static (sum, each) => sum.With(each));

        Task JudgeAsync(int worker) => BackgroundWork.Run(async () =>
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(end.Token))
            {
                Volatile.Write(
                    ref sums[worker],
                    batch.Aggregate(
                        sums[worker],
                        (sum, each) => Judge(plan, each.Id, each.State, stock, order.AtMs, listed) is { } kind ? sum.With(kind) : sum));
            }
        }, end.Token);
    }

    // Null for who was never in the audience.
    private ContactResult? Judge(CampaignPlan plan, string id, CustomerState state, IStockLevels stock, long atMs, HashSet<string>? listed)
    {
        if (listed?.Contains(id) is false)
        {
            return null;
        }

        var view = new CustomerView(state, plan.Catalog, [], atMs, state.Consents.Allows(channel: 0, Purpose.Personalization)) { Id = id };
        var kind = CampaignContact.ToResult(CampaignJudging.JudgeAhead(plan, view, models, stock));
        return kind.Reason == ReasonCode.NotInAudience ? null : kind;
    }

    private async Task<HashSet<string>> ListedAsync(string list)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var some in Enumerable.Range(0, CustomerBucket.Count).Chunk(64))
        {
            foreach (var part in await Task.WhenAll(
                some.Select(bucket => GrainFactory.GetGrain<IAudienceListGrain>($"{list}/{bucket}").All().AsTask())))
            {
                listed.UnionWith(part);
            }
        }

        return listed;
    }

    private async Task ReadAsync(ChannelWriter<List<(string, CustomerState)>> batches, CancellationToken cancellation)
    {
        try
        {
            await foreach (var slice in customers.ReadSlicesAsync(cancellation))
            {
                foreach (var some in slice.Customers.Chunk(BatchSize))
                {
                    await batches.WriteAsync(
                        [.. some.Select(static each => (Encoding.UTF8.GetString(each.Key), each.State))], cancellation);
                }
            }

            batches.Complete();
        }
        catch (Exception fault)
        {
            batches.Complete(fault);
            throw;
        }
    }
}
