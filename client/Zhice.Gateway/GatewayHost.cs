using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Serialization;
using Zhice.Api;
using Zhice.Api.Hosting;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Following;
using Zhice.Hosting;
using Zhice.Pages;
using Zhice.Postgres;

namespace Zhice.Gateway;

/// <summary>The API before the silos, in a process of its own.</summary>
internal static class GatewayHost
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
        });
        var settings = GatewaySettings.Read(builder.Configuration);
        ApiExposure.Check(settings, settings.Identity.IsOn, builder.Environment.IsDevelopment());
        var store = SettingsReader.ReadStore(builder.Configuration, settings);
        FreePorts.Check(settings.Address, settings.GrpcPort, nameof(settings.GrpcPort));
        FreePorts.Check(settings.Address, settings.HttpPort, nameof(settings.HttpPort));
        var clusterId = settings.ClusterName;
        if (store is not null)
        {
            await StartRefusals.RefusingAsync(() =>
                StoreWaiting.WaitAsync(() => PostgresDatabase.CheckAsync(store, default), settings.StoreWait, TimeProvider.System));
            await StartRefusals.RefusingAsync(async () => clusterId = await PostgresDatabase.FindClusterAsync(store, clusterId, default));
        }

        Configure(builder, settings, store, clusterId);
        await using var app = builder.Build();
        app.MapZhiceApi();
        app.MapHealthChecks("/healthz").AllowAnyone();
        app.MapConsole().AllowAnyone();
        try
        {
            await StartRefusals.RefusingAsync(() => app.StartAsync());
            await app.Services.GetRequiredService<ICatalogs>().WaitUntilKnownAsync(app.Lifetime.ApplicationStopping);
            app.Services.GetRequiredService<Readiness>().Begin();
            await Console.Out.WriteLineAsync($"""
                Zhice.Gateway is ready
                  gRPC       {settings.Scheme}://{settings.Address}:{settings.GrpcPort}
                  REST       {settings.Scheme}://{settings.Address}:{settings.HttpPort}/v1/
                  Console    {settings.Scheme}://{settings.Address}:{settings.HttpPort}/
                """);
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Stopped before any silo was there.
        }

        await app.WaitForShutdownAsync();
        return 0;
    }

    private static void Configure(WebApplicationBuilder builder, GatewaySettings settings, PostgresStore? store, string clusterId)
    {
        builder.AddZhiceHosting(settings, settings.GrpcPort, settings.HttpPort);
        var silos = new SiloConnectionCheck();
        var certificates = settings.ClusterTls.IsOn
            ? settings.ClusterTls.Watch(ClusterTls.GatewayName, TimeProvider.System)
            : null;
        builder.Host.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(cluster =>
                (cluster.ServiceId, cluster.ClusterId) = (settings.ServiceId, clusterId));
            if (store is null)
            {
                client.UseStaticClustering([.. settings.ReadSilos()]);
            }
            else
            {
                client.UseAdoNetClustering(table => (table.Invariant, table.ConnectionString) = ("Npgsql", store.SchemaConnectionString));
            }

            if (certificates is not null)
            {
                client.Services.AddReloaded(certificates);
                client.Configure<ClientConnectionOptions>(connections =>
                    connections.ConfigureConnection(connection => connection.UseClientTls(ClusterCertificates.CreateOptionsToSilo(certificates))));
            }

            // The cause of a store's fault comes with it, and a client that may not read it would lose the fault.
            client.Configure<ExceptionSerializationOptions>(static exceptions => exceptions.SupportedNamespacePrefixes.Add(nameof(Npgsql)));
            client.Configure<GatewayOptions>(gateway => gateway.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
            client.UseConnectionRetryFilter(WaitForSilosAsync);
            client.AddGatewayCountChangedHandler((_, change) => silos.Count = change.NumberOfConnectedGateways);
        });

        // Health and refusals are served while the first silo is waited for.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        builder.Services.AddSingleton(silos);
        builder.Services.AddHealthChecks().AddCheck<SiloConnectionCheck>("silos");
        builder.Services.AddCatalogs();
        builder.Services.AddZhiceApi(
            new ApiOptions { IsReflectionOn = settings.Reflection, MinCount = settings.Privacy.MinCount }, settings.Identity,
            builder.Environment.IsDevelopment() && !settings.Identity.IsOn);
    }

    private static async Task<bool> WaitForSilosAsync(Exception fault, CancellationToken cancellation)
    {
        await Task.Delay(Pause, cancellation);
        return true;
    }
}
