using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Zhice.Api.Hosting;
using Zhice.Bench.Customers;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Grains;
using Zhice.Grains.Deliveries;
using Zhice.Grains.Deliveries.Webhooks;
using Zhice.Grains.Hosting;
using Zhice.Postgres;
using Zhice.Storage;
using BankAction = Zhice.Domain.Catalogs.BankAction;
using Content = Zhice.Domain.Catalogs.Content;
using Placement = Zhice.Domain.Catalogs.Placement;

namespace Zhice.Bench.Delivery;

/// <summary>A silo with the API in this process, so that customers' commits can be timed from their very end.</summary>
internal sealed class DeliverySilo : IAsyncDisposable
{
    public const string Channel = "sms";
    public const string Address = "http://127.0.0.1:7560";

    private static readonly Content Text = new("zh-CN", "理财到期提醒", "您有一笔理财产品即将到期，点击查看续期方案。", "bank://wealth/renew", "wealth_renew");

    private static readonly Placement Home = SampleCatalog.Catalog.Placements["app_home"];
    private static readonly BankAction Deposit = SampleCatalog.Catalog.ActionsById["term_deposit"];

    // What an acknowledgement teaches: of a customer of 60 tags.
    private static readonly KeptLesson Seen = new([.. Enumerable.Range(0, 62).Select(static i => (uint)i * 4_000)], LessonKind.Seen, 1);
    private readonly WebApplication _app;

    private DeliverySilo(WebApplication app) => _app = app;

    public static async Task<DeliverySilo> StartAsync(PostgresStore store, bool countsWhenSent = false, params WebhookOptions[] webhooks)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.ConfigureKestrel(static kestrel =>
            kestrel.ListenLocalhost(7560, static port => port.Protocols = HttpProtocols.Http2));
        builder.Host.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(7561, 7562);
            silo.AddZhicePostgresStorage(store);
            silo.AddZhiceGrains(new());
            silo.AddZhiceDeliveries(new DeliveryOptions());
            silo.AddZhiceWebhooks(webhooks);
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                GrainStorageNames.Definitions, static (services, _) => services.GetRequiredService<GroupCommitStorage>());
        });
        builder.Services.AddZhiceApi(new(), new(), isDevelopment: true);
        var app = builder.Build();
        app.MapZhiceApi();
        await app.StartAsync();

        // Contacts that counted when they were decided end in one statement; others in commits of their customers.
        var definition = SampleCatalog.Definition.Clone();
        definition.Placements.Single(static placement => placement.PlacementId == Home.Id).CountAt = countsWhenSent
            ? V1.CountAt.Send
            : V1.CountAt.Decision;
        var catalog = await app.Services.GetRequiredService<IGrainFactory>().GetGrain<ICatalogGrain>(ICatalogGrain.Key)
            .Apply(new CatalogChange { Definition = definition.ToByteArray() });
        await app.Services.GetRequiredService<ICatalogs>().WaitForAsync(catalog.Version!.Version, default);
        return new(app);
    }

    /// <summary>Commits a customer's first state with one contact for the channel.</summary>
    /// <returns>The contact's id.</returns>
    public async Task<string> SendAsync(string customerId)
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        // What may still be said at its hand-over: in a channel without quiet hours.
        var contact = new ContactId(DecisionId.Create(nowMs, Home.Number, customerId), Deposit.Number);
        var message = new ContactMessage(contact, customerId, Channel, Home.Id, "bench", Deposit.Id, "card", Text, nowMs, nowMs + 3_600_000)
        {
            Lesson = Seen,
        };
        var state = new CustomerState { Effects = new() };
        state.Effects.Send(message.ToOutbound(nowMs, day: 20_000));
        await _app.Services.GetRequiredService<GroupCommitStorage>().WriteStateAsync(
            "state", GrainId.Create("customer", customerId), new GrainState<CustomerState>(state));
        return contact.ToString();
    }

    /// <summary>Commits one contact of each of so many customers.</summary>
    public Task FillAsync(string prefix, int customers) => Parallel.ForEachAsync(
        Enumerable.Range(0, customers),
        new ParallelOptions { MaxDegreeOfParallelism = 512 },
        async (n, _) => await SendAsync(string.Create(CultureInfo.InvariantCulture, $"{prefix}{n:d7}")));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
