using System.Runtime.CompilerServices;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Learning;
using Zhice.Grains.Stocks;
using Zhice.Storage.Background;
using Zhice.Storage.Backends;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Simulations;

/// <inheritdoc cref="IFairnessGrain"/>
/// <remarks>It takes its turn with the simulations: both read many customers while calls go on.</remarks>
[GrainType("fairness")]
internal sealed class FairnessGrain(FairnessServices services, TimeProvider clock) : Grain, IFairnessGrain
{
    private static readonly TimeSpan ToldEvery = TimeSpan.FromMilliseconds(200);

    public async IAsyncEnumerable<FairnessNews> Measure(FairnessQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var catalog = await services.Catalogs.WithListsAsync(
            await services.Catalogs.FindAsync(query.CatalogVersion) ?? services.Catalogs.Current);
        await using var turn = services.Turns.Simulations.Ask(cancellation);
        while (await Task.WhenAny(turn.Comes, Task.Delay(ToldEvery, clock, CancellationToken.None)) != turn.Comes)
        {
            yield return new(null);
        }

        await turn.Comes;
        var run = new FairnessRun(
            FairnessPlan.Create(query, catalog), services.Models, await StockAsOf.ReadAsync(services.Stores.Stock, countsDown: false),
            clock.GetUtcNow().ToUnixTimeMilliseconds());
        var running = BackgroundWork.Run(() => run.RunAsync(services.Customers, cancellation), cancellation);
        while (await Task.WhenAny(running, Task.Delay(ToldEvery, clock, CancellationToken.None)) != running)
        {
            yield return new(null);
        }

        yield return new(await running);
    }
}

/// <summary>What all fairness reports of a silo share.</summary>
internal sealed record FairnessServices(
    CustomerStates Customers, ICatalogs Catalogs, PropensityModels Models, IStores Stores, BackgroundTurns Turns);
