using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Grains.Deliveries;
using Zhice.Grains.Deliveries.Webhooks;
using Zhice.Grains.Hosting;
using Zhice.Postgres;
using Zhice.Storage;
using Zhice.Storage.Customers;
using Zhice.TestBank;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Content = Zhice.Domain.Catalogs.Content;

namespace Zhice.Grains.Tests.Deliveries;

/// <summary>Two silos on a PostgreSQL that deliver contacts, and look for them by themselves only once a minute.</summary>
public sealed class DeliveryGrid : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    internal static DeliveryOptions Options { get; } = new() { MaxAttempts = 2, Poll = TimeSpan.FromMinutes(1), OverduePoll = TimeSpan.FromMinutes(1) };

    internal HookReceiver Hook { get; } = new(FreePort());

    internal Catalog Catalog => Services(0).GetRequiredService<ICatalogs>().Current;

    public async ValueTask InitializeAsync()
    {
        var store = new PostgresStore(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(), "grid");
        await PostgresDatabase.MigrateAsync(store, default);
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddZhicePostgresStorage(store);
            silo.AddZhiceGrains(new ZhiceGrainsOptions());
            silo.AddZhiceDeliveries(Options);
            silo.Services.AddSingleton<CustomerStates>();
            silo.AddZhiceWebhooks(new WebhookOptions { Channel = "hook", Url = Hook.Url, Secret = HookReceiver.Secret, AllowLocal = true });
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                GrainStorageNames.Definitions, static (services, _) => services.GetRequiredService<GroupCommitStorage>());
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        await ApplyAsync(CatalogOfSends());
    }

    /// <summary>Applies a catalogue and waits until both silos decide by it.</summary>
    internal async Task ApplyAsync(V1.Catalog catalog)
    {
        var answer = await _cluster.Client.GetGrain<ICatalogGrain>(ICatalogGrain.Key)
            .Apply(new CatalogChange { Definition = catalog.ToByteArray(), AllowsRemovals = true });
        Assert.Equal(CatalogOutcome.Applied, answer.Outcome);
        await Task.WhenAll(
            Enumerable.Range(0, 2).Select(silo =>
                Services(silo).GetRequiredService<ICatalogs>().WaitForAsync(answer.Version!.Version, default)));
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Hook.Dispose();
    }

    internal IServiceProvider Services(int silo) => _cluster.Silos.ElementAt(silo).ServiceProvider;

    /// <summary>A subscription that lives on a silo.</summary>
    internal ISubscriptionGrain Subscribe(int silo = 0) =>
        Services(silo).GetRequiredService<IGrainFactory>().GetGrain<ISubscriptionGrain>(Guid.NewGuid().ToString());

    internal IGrainFactory Grains => _cluster.Client;

    internal ICustomerGrain Customer(string id) => _cluster.Client.GetGrain<ICustomerGrain>(id);

    /// <summary>How many contacts count for a customer, and how many slots are held.</summary>
    internal async Task<(int Counted, int Held)> UseAsync(string customerId)
    {
        var state = (await Customer(customerId).Find())!.State;
        return (state.Contacts.CountSince(CapScope.All, 0, 0), state.Reservations.All.Length);
    }

    /// <summary>Commits the first state of a customer with one contact in a placement, counted or held as it wants it.</summary>
    internal async Task<string> SendAsync(
        string customerId, string placementId, string channelId, int silo = 0, TimeSpan? life = null, KeptLesson? lesson = null,
        string actionId = "deposit")
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var expiresAtMs = nowMs + (long)(life ?? TimeSpan.FromHours(1)).TotalMilliseconds;
        var (placement, action) = (Catalog.Placements[placementId], Catalog.ActionsById[actionId]);
        var contact = new ContactId(DecisionId.Create(nowMs, placement.Number, customerId), action.Number);
        var state = new CustomerState { Effects = new() };
        if (placement.CountsAtDecision)
        {
            EventRecording.CountContact(state, contact, nowMs, Catalog);
        }
        else
        {
            Assert.True(EventRecording.HoldContact(state, contact, expiresAtMs, Catalog));
        }

        var message = new ContactMessage(
            contact, customerId, channelId, placementId, "spring", actionId, "plain", new Content("zh-CN", "A deposit", "", "", ""), nowMs,
            expiresAtMs) { Lesson = lesson };
        state.Effects.Send(message.ToOutbound(nowMs));
        await Services(silo).GetRequiredService<GroupCommitStorage>().WriteStateAsync(
            "state", GrainId.Create("customer", customerId), new GrainState<CustomerState>(state));
        return contact.ToString();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // The small catalogue, a placement that counts when something is sent, and channels that no other test uses.
    internal static V1.Catalog CatalogOfSends()
    {
        var catalog = SmallCatalog.Create();
        foreach (var channel in new[] { "push", "mail", "desk", "post", "bell", "ring", "horn", "drum", "hook" })
        {
            catalog.Channels.Add(new V1.Channel { ChannelId = channel, DisplayName = channel });
        }

        catalog.Placements.Add(new V1.Placement { PlacementId = "push_text", DisplayName = "Push", ChannelId = "push", CountAt = V1.CountAt.Send, DefaultLimit = 1 });
        foreach (var treatment in catalog.Actions.SelectMany(static action => action.Treatments))
        {
            treatment.PlacementIds.Add("push_text");
        }

        catalog.Actions.Add(new V1.Action
        {
            ActionId = "limited", DisplayName = "One only", CategoryId = catalog.Actions[0].CategoryId, Purpose = V1.Purpose.Marketing,
            ValueFen = 1, PriorPropensity = 0.01,
            Stock = new() { Units = 1 },
            Treatments = { new V1.Treatment { TreatmentId = "plain", PlacementIds = { "push_text" }, Content = catalog.Actions[0].Treatments[0].Content } },
        });

        return catalog;
    }
}
