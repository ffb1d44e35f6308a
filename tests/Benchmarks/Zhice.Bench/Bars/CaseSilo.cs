using System.Diagnostics;
using Grpc.Net.Client;
using Npgsql;
using Zhice.Bench.Cold;
using Zhice.Case;
using Zhice.V1;

namespace Zhice.Bench.Bars;

/// <summary>The real silo, with the customers and the catalogue of the case, and models that have learned.</summary>
internal sealed class CaseSilo : IAsyncDisposable
{
    /// <summary>The silo's port of gRPC.</summary>
    public const int Port = ColdSilo.GrpcPort;

    private static readonly TimeSpan LearningPatience = TimeSpan.FromSeconds(60);

    private ColdSilo? _silo;

    private CaseSilo(CaseStore store) => Store = store;

    /// <summary>Where its customers are.</summary>
    public CaseStore Store { get; }

    public static async Task<CaseSilo> StartAsync(BarSizes sizes)
    {
        var silo = new CaseSilo(await CaseStore.GetAsync(sizes));
        try
        {
            var catalog = CaseCatalog.Define(CaseCatalog.Candidates);
            silo._silo = await ColdSilo.StartAsync(silo.Store.Store, [], catalog);
            await ApplyAsync(catalog); // Where a benchmark before left another in force.
            await TeachAsync();
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the silo and starts it anew: nothing is in its memory.</summary>
    /// <param name="withServer">Whether PostgreSQL is started anew, too.</param>
    public async Task RestartAsync(bool withServer = false)
    {
        await StopAsync();
        if (withServer)
        {
            NpgsqlConnection.ClearAllPools();
            await Store.Server.RestartAsync();
        }

        _silo = await ColdSilo.StartAgainAsync(Store.Store);
    }

    /// <summary>Puts another catalogue in force.</summary>
    public static async Task ApplyAsync(V1.Catalog catalog)
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{Port}");
        var request = new ApplyCatalogRequest { Catalog = catalog, RequestId = Guid.NewGuid().ToString(), AllowRemovals = true };
        await new CatalogService.CatalogServiceClient(channel).ApplyCatalogAsync(request);
    }

    public int ProcessId => _silo!.ProcessId;

    /// <summary>The memory that the silo takes.</summary>
    public long ResidentBytes => _silo!.ResidentBytes;

    /// <summary>Stops the silo; PostgreSQL stays.</summary>
    public async Task StopAsync()
    {
        await _silo!.StopAsync();
        await _silo.DisposeAsync();
        _silo = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
        {
            await StopAsync();
        }
    }

    // As an app does it: what was recommended is seen, and accepted.
    private static async Task TeachAsync()
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{Port}");
        var (learning, events) = (new LearningService.LearningServiceClient(channel), new EventService.EventServiceClient(channel));
        var recommend = new RecommendationService.RecommendationServiceClient(channel);
        if (await HaveLearnedAsync(learning))
        {
            return;
        }

        foreach (var id in CaseStore.TeacherIds)
        {
            var decision = await recommend.RecommendAsync(new() { CustomerId = id, PlacementId = CaseCatalog.Placement });
            var request = new RecordEventsRequest();
            foreach (var offer in decision.Recommendations)
            {
                request.Events.Add(Answer(decision, offer, id, FeedbackType.Impression));
                request.Events.Add(Answer(decision, offer, id, FeedbackType.Acceptance));
            }

            await events.RecordEventsAsync(request);
        }

        for (var clock = Stopwatch.StartNew(); !await HaveLearnedAsync(learning); await Task.Delay(200))
        {
            if (clock.Elapsed > LearningPatience)
            {
                throw new TimeoutException("The models of the case learned nothing within a minute.");
            }
        }
    }

    private static Event Answer(RecommendResponse decision, Recommendation offer, string customerId, FeedbackType type) => new()
    {
        EventId = $"{offer.ActionId}-{type}", CustomerId = customerId,
        Feedback = new Feedback { DecisionId = decision.DecisionId, ActionId = offer.ActionId, Type = type },
    };

    private static async Task<bool> HaveLearnedAsync(LearningService.LearningServiceClient learning) =>
        (await learning.ListModelsAsync(new())).Models is var models
        && models.Count >= CaseCatalog.Candidates
        && models.Take(CaseCatalog.Candidates).All(static model => model.Champion.Learned > 0);
}
