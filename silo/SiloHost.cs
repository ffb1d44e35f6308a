using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Dashboard;
using Zhice.Api;
using Zhice.Api.Hosting;
using Zhice.Api.Identity;
using Zhice.Bulk;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Faults;
using Zhice.Grains;
using Zhice.Grains.Deliveries;
using Zhice.Grains.Deliveries.Webhooks;
using Zhice.Grains.Erasures;
using Zhice.Grains.Hosting;
using Zhice.Hosting;
using Zhice.Pages;
using Zhice.Postgres;
using Zhice.Storage;
using Zhice.Storage.Encryption;

namespace Zhice.Silo;

/// <summary>The whole product in one process: silo, API, dashboard, store.</summary>
internal static class SiloHost
{
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
        });
        var settings = SiloSettings.Read(builder.Configuration);
        settings = settings with { Dashboard = settings.Dashboard ?? builder.Environment.IsDevelopment() };
        ApiExposure.Check(settings, settings.Identity.IsOn, builder.Environment.IsDevelopment());
        var store = SettingsReader.ReadStore(builder.Configuration, settings) is { } read
            ? read with { Connections = settings.Connections }
            : null;
        var folder = Path.GetFullPath(settings.Data);
        CheckPorts(settings);
        await StartRefusals.RefusingAsync(() => CheckStoreAsync(settings, store, folder));
        var cluster = await FindClusterAsync(settings, store);
        Configure(builder, settings, store, cluster, folder);

        await using var app = builder.Build();
        Map(app, settings);
        await StartRefusals.RefusingAsync(() => app.StartAsync());
        try
        {
            var stopping = app.Lifetime.ApplicationStopping;
            await app.Services.GetRequiredService<ICatalogs>().WaitUntilKnownAsync(stopping);
            if (settings.IsSampleWanted)
            {
                await ActivatorUtilities.CreateInstance<SampleBank>(app.Services).LoadAsync(stopping);
            }

            await ActivatorUtilities.CreateInstance<WarmUp>(app.Services, new OwnConnections(settings, TimeProvider.System)).RunAsync(settings.WarmUpInForce, stopping);
            var day = ActivatorUtilities.CreateInstance<FirstDay>(app.Services, settings);
            var isDayDue = app.Environment.IsDevelopment() && await day.IsDueAsync();
            app.Services.GetRequiredService<Readiness>().Begin();
            await StartScreen.ShowAsync(settings, folder, Since(Process.GetCurrentProcess().StartTime), isDayDue);
            if (isDayDue)
            {
                await day.PlayAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Stopped while the sample was loading: the next start goes on where this one ended.
        }

        await app.WaitForShutdownAsync();
        return 0;
    }

    private static Task CheckStoreAsync(SiloSettings settings, PostgresStore? store, string folder) =>
        store is not null ? StoreWaiting.WaitAsync(
            () => PostgresDatabase.MigrateAsync(store, default), settings.StoreWait, TimeProvider.System)
        : settings.IsInMemory ? Task.CompletedTask
        : ZhiceStorage.CheckSqliteAsync(folder);

    // On a copy of the database that its silos still live on, none starts.
    private static async Task<ClusterTable?> FindClusterAsync(SiloSettings settings, PostgresStore? store)
    {
        ClusterTable? cluster = null;
        if (store is not null)
        {
            await StartRefusals.RefusingAsync(async () =>
                cluster = new(store, await PostgresDatabase.EnterClusterAsync(store, settings.ClusterName, default)));
        }

        return cluster;
    }

    private static void CheckPorts(SiloSettings settings)
    {
        var siloAddress = settings.IsOnPostgres ? settings.SiloAddress : "127.0.0.1";
        FreePorts.Check(settings.Address, settings.GrpcPort, nameof(settings.GrpcPort));
        FreePorts.Check(settings.Address, settings.HttpPort, nameof(settings.HttpPort));
        FreePorts.Check(siloAddress, settings.SiloPort, nameof(settings.SiloPort));
        FreePorts.Check(siloAddress, settings.GatewayPort, nameof(settings.GatewayPort));
    }

    private static void Configure(
        WebApplicationBuilder builder, SiloSettings settings, PostgresStore? store, ClusterTable? cluster, string folder)
    {
        var webhooks = StartRefusals.Refusing(() => settings.Webhooks.Select(webhook => webhook.CheckedFor(settings.WebhookHosts)).ToArray());
        var certificates = settings.ClusterTls.IsOn ? settings.ClusterTls.Watch(ClusterTls.SiloName, TimeProvider.System) : null;
        builder.AddZhiceHosting(settings, settings.GrpcPort, settings.HttpPort);
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error); // It takes the time before the start for a stall.
        var cipher = ReadCipher(settings);
        builder.Host.UseOrleans(silo =>
        {
            if (store is null || cluster is null)
            {
                silo.UseEmbedded(settings, folder);
            }
            else
            {
                silo.UsePostgres(settings, store, cluster);
            }

            if (certificates is not null)
            {
                silo.UseClusterTls(certificates);
                silo.Services.AddReloaded(certificates);
            }

            silo.Services.Replace(ServiceDescriptor.Singleton(cipher));
            silo.Services.AddSingleton<IFatalErrorHandler, FatalErrorExit>();
            silo.Services.AddSingleton(settings.GetAudit(folder));
            silo.AddZhiceGrains(new ZhiceGrainsOptions
            {
                CustomerIdleAge = settings.CustomerIdleAge,
                MemoryLimitPercent = settings.MemoryLimitPercent,
                MemoryTargetPercent = settings.MemoryTargetPercent,
                DecisionLogSample = settings.DecisionLogSample,
                DecisionLogDays = settings.DecisionLogDays,
                LedgerDays = settings.LedgerDays,
                EvaluationDays = settings.EvaluationDays,
                FactDays = settings.FactDays,
                PromotionEvery = settings.PromotionEvery,
                Facts = new() { DecisionShare = settings.FactSample, BehaviorShare = settings.BehaviorSample },
                GatewayCpuPercent = settings.GatewayCpuPercent,
                GatewayMemoryPercent = settings.GatewayMemoryPercent,
                Attribution = new(settings.AttributionWindow),
            });
            silo.AddZhiceDeliveries(new DeliveryOptions
            {
                MaxAttempts = settings.DeliveryAttempts,
                DeadLetterDays = settings.DeadLetterDays,
            });
            silo.AddZhiceWebhooks(webhooks);
            silo.AddZhiceBulk(
                settings.BulkFolder ?? Path.Combine(folder, "bulk"),
                new BulkLimits { MaxBytes = (long)(settings.BulkMaxGiB * (1L << 30)), MinFreeBytes = (long)(settings.BulkFreeGiB * (1L << 30)) },
                new ErasureOptions { ConsentEvidenceDays = settings.ConsentEvidenceDays, ContactEvidenceDays = settings.ContactEvidenceDays });
            if (settings.Dashboard == true)
            {
                silo.AddDashboard(static dashboard => dashboard.HideTrace = true);
            }
        });
        builder.Services.AddSingleton<CallProbes>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<CallProbes>());
        builder.Services.AddHealthChecks().AddCheck<CallProbes>("calls");
        builder.Services.AddZhiceApi(
            new ApiOptions { IsReflectionOn = settings.Reflection, MinCount = settings.Privacy.MinCount }, settings.Identity,
            builder.Environment.IsDevelopment() && !settings.Identity.IsOn);
    }

    private static void Map(WebApplication app, SiloSettings settings)
    {
        app.MapZhiceApi();
        app.MapHealthChecks("/healthz").AllowAnyone();
        app.MapConsole().AllowAnyone();
        if (settings.Dashboard == true)
        {
            app.MapOrleansDashboard("/dashboard").RequireRoles(Roles.Ops);
        }
    }

    private static TimeSpan Since(DateTime start) => TimeProvider.System.GetUtcNow() - start.ToUniversalTime();

    private static StateCipher ReadCipher(SiloSettings settings)
    {
        try
        {
            return settings.KeysFile is { Length: > 0 } path ? StateCipher.FromFile(path) : StateCipher.None;
        }
        catch (StoreUnfitException fault)
        {
            throw new StartRefusedException(fault.Message);
        }
    }
}
