using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.Grains.Deliveries;
using Zhice.Grains.Hosting;
using Zhice.Grains.Tests.Deliveries;
using Zhice.Storage;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Grains.Tests;

/// <summary>One silo over the store in memory: with ledger, timers and outbox, and nothing to start beside.</summary>
public sealed class MemoryGrid : IAsyncLifetime
{
    /// <summary>A tag whose values are kept for a day.</summary>
    internal const string ShortTag = "kept_short";

    private static int s_events;
    private readonly InProcessTestCluster _cluster;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zhice-");

    public MemoryGrid()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddZhiceMemoryStorage();
            silo.AddZhiceGrains(new ZhiceGrainsOptions());
            silo.AddZhiceBulk(_folder.FullName, erasures: new() { Settle = TimeSpan.Zero });
            silo.AddZhiceDeliveries(new DeliveryOptions { Poll = TimeSpan.FromMinutes(1), OverduePoll = TimeSpan.FromMinutes(1) });
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                GrainStorageNames.Definitions, static (services, _) => services.GetRequiredService<GroupCommitStorage>());
        });
        _cluster = builder.Build();
    }

    public IGrainFactory Grains => _cluster.Client;

    internal string Folder => _folder.FullName;

    internal IServiceProvider Services => _cluster.Silos.First().ServiceProvider;

    internal GroupCommitStorage Store => Services.GetRequiredService<GroupCommitStorage>();

    internal Catalog Catalog => Services.GetRequiredService<ICatalogs>().Current;

    /// <summary>Reads a recommendation without a call; null when the customer is to be called.</summary>
    internal Decision? TryRecommend(string customerId)
    {
        var buffers = DecisionBuffers.Rent();
        var decision = Services.GetRequiredService<ILocalCustomers>()
            .TryRecommend(customerId, new("app_home", 3, [], IsNonPersonalized: false), buffers, out var lent)
            ? lent.ToDecision()
            : null;
        buffers.Return();
        return decision;
    }

    public async ValueTask InitializeAsync()
    {
        await _cluster.DeployAsync();
        var answer = await Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key)
            .Apply(new CatalogChange { Definition = Definition().ToByteArray(), AllowsRemovals = true });
        Assert.Equal(CatalogOutcome.Applied, answer.Outcome);
        await Services.GetRequiredService<ICatalogs>().WaitForAsync(answer.Version!.Version, default);
    }

    /// <summary>The catalogue that it begins with.</summary>
    internal static V1.Catalog Definition()
    {
        var catalog = JourneyContactTests.Bank();
        catalog.EventTypes.Add(new V1.EventType { EventTypeId = "view" });
        catalog.EventTypes.Add(new V1.EventType { EventTypeId = "visit" });
        catalog.EventTypes.Add(new V1.EventType { EventTypeId = "opened" });
        catalog.TierTagId = "job";
        catalog.Tags.Add(new V1.TagDefinition
        {
            TagId = ShortTag, SubclassId = "basics", Type = V1.TagType.String, Protection = new() { Retention = Duration.FromTimeSpan(TimeSpan.FromDays(1)) },
        });
        catalog.EventTypes.Add(new V1.EventType { EventTypeId = "searched", Behavior = new() { Share = 1, Properties = { "words" } } });
        catalog.Outcomes.Add(
            new V1.Outcome { OutcomeId = "deposit_opened", EventTypeId = "opened", AmountProperty = "amount", ActionIds = { "deposit" } });
        return catalog;
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Keeps a state that no grain has made.</summary>
    internal Task KeepAsync<T>(string grainType, string key, T state) =>
        Store.WriteStateAsync("state", GrainId.Create(grainType, key), new GrainState<T>(state));

    internal CustomerEvent Event(string type, string? id = null) => new()
    {
        Id = id ?? $"{type} {Interlocked.Increment(ref s_events)}", Type = Catalog.Symbols.Find(SymbolKind.EventType, type),
        AtMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
    };

    internal async Task<EventOutcome[]> HappenAsync(string customer, params CustomerEvent[] events) =>
        [.. await Grains.GetGrain<ICustomerGrain>(customer).Record([.. events])];

    /// <summary>Saves a campaign, has it approved and scheduled.</summary>
    internal async Task<ICampaignGrain> StartAsync(V1.Campaign campaign)
    {
        var grain = Grains.GetGrain<ICampaignGrain>(campaign.CampaignId);
        var saved = await grain.Save(new(campaign.ToByteArray(), "new", "li", false));
        Assert.True(saved.Outcome == CampaignOutcome.Made, string.Join(", ", saved.Faults.Select(static fault => fault.Description)));
        Assert.Equal(CampaignOutcome.Made, (await grain.Take(CampaignStep.Approve, "wang", "", "")).Outcome);
        Assert.Equal(CampaignOutcome.Made, (await grain.Take(CampaignStep.Schedule, "wang", "", "")).Outcome);
        return grain;
    }

    internal static async Task<CampaignRecord> UntilAsync(ICampaignGrain campaign, Func<CampaignRecord, bool> condition)
    {
        for (var news = 0L; ;)
        {
            if (await campaign.WaitForNews(news, default) is { } known)
            {
                if (condition(known))
                {
                    return known;
                }

                news = known.News;
            }
        }
    }
}
