using System.Runtime.CompilerServices;
using Google.Protobuf;
using Zhice.Catalogs;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Expressions;
using Zhice.Domain.Learning;
using Zhice.Grains.Stocks;
using Zhice.Storage.Backends;
using Zhice.Storage.Background;
using Zhice.Storage.Customers;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Grains.Simulations;

/// <inheritdoc cref="ISimulationGrain"/>
[GrainType("simulation")]
internal sealed class SimulationGrain(
    CustomerStates customers, ICatalogs catalogs, PropensityModels models, IStores stores, BackgroundTurns turns, TimeProvider clock)
    : Grain, ISimulationGrain
{
    private static readonly TimeSpan ToldEvery = TimeSpan.FromMilliseconds(200);

    public async IAsyncEnumerable<byte[]> Simulate(SimulationQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var plan = await CreatePlan(
            query, await catalogs.WithListsAsync(await catalogs.FindAsync(query.CatalogVersion) ?? catalogs.Current));

        // Those that wait for their turn are told so.
        await using var turn = turns.Simulations.Ask(cancellation);
        while (await Task.WhenAny(turn.Comes, Task.Delay(ToldEvery, clock, CancellationToken.None)) != turn.Comes)
        {
            yield return new SimulateResponse { Progress = new() { Queued = true } }.ToByteArray();
        }

        await turn.Comes;
        var run = new SimulationRun(
            customers, plan, models, await StockAsOf.ReadAsync(stores.Stock, countsDown: false),
            clock.GetUtcNow().ToUnixTimeMilliseconds());

        // Off the grain's own scheduler: it has many thousands of decisions to make.
        var running = BackgroundWork.Run(() => run.RunAsync(cancellation), cancellation);
        while (await Task.WhenAny(running, Task.Delay(ToldEvery, clock, CancellationToken.None)) != running)
        {
            yield return new SimulateResponse { Progress = new() { Customers = run.Seen, Total = run.About } }.ToByteArray();
        }

        var tallies = await running;
        var result = new SimulationResult
        {
            Customers = run.Seen, Matched = run.Matched, Seconds = clock.GetElapsedTime(begun).TotalSeconds,
            CatalogVersion = plan.Now.Version, UnreadableCustomers = run.Unreadable,
            WithoutAction = SimulationAnswer.Count(run.WithoutAction),
        };
        for (var i = 0; i < tallies.Length; i++)
        {
            result.Placements.Add(SimulationAnswer.ToOutcome(tallies[i], plan, plan.Placements[i].Now, plan.Placements[i].Draft));
        }

        yield return new SimulateResponse { Result = result }.ToByteArray();
    }

    // The draft is numbered as if it followed the version in force, so that both name the same things by the same numbers.
    private async ValueTask<SimulationPlan> CreatePlan(SimulationQuery query, Catalog now)
    {
        var draft = query.Draft.Length == 0
            ? now
            : await catalogs.WithListsAsync(CatalogCompiler.Compile(V1.Catalog.Parser.ParseFrom(query.Draft), now.Symbols, now.Version + 1).Catalog
                ?? throw new ArgumentException("The draft has faults now, by names that were used since it was checked. Simulate again."));
        return new SimulationPlan(
            now,
            draft,
            query.Audience.Length == 0 ? null : Expression.Condition(query.Audience, ExpressionSchema.Create(now)),
            query.Parts,
            [.. query.PlacementIds.Select(id => (now.Placements.GetValueOrDefault(id), draft.Placements.GetValueOrDefault(id)))],
            query.Limit);
    }
}
