using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.Configuration;
using Orleans.Dashboard;
using Zhice.Api.Hosting;
using Zhice.Domain.Faults;
using Zhice.Grains.Hosting;
using Zhice.Storage;

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
        var folder = Path.GetFullPath(settings.Data);
        await RefusingAsync(() => ZhiceStorage.CheckSqliteAsync(folder));
        FreePorts.Check(settings);
        Configure(builder, settings, folder);

        await using var app = builder.Build();
        Map(app, settings);
        var readiness = app.Services.GetRequiredService<Readiness>();
        app.Lifetime.ApplicationStopping.Register(() => readiness.IsReady = false);

        await RefusingAsync(() => app.StartAsync());
        try
        {
            var sample = ActivatorUtilities.CreateInstance<SampleBank>(app.Services, folder);
            if (settings.Sample)
            {
                await sample.LoadAsync(app.Lifetime.ApplicationStopping);
            }

            readiness.IsReady = true;
            await StartScreen.ShowAsync(settings, folder, Since(Process.GetCurrentProcess().StartTime));
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Stopped while the sample was loading: the next start goes on where this one ended.
        }

        await app.WaitForShutdownAsync();
        return 0;
    }

    private static void Configure(WebApplicationBuilder builder, SiloSettings settings, string folder)
    {
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None) // Not ready yet is no failure.
            .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error); // It takes the time before the start for a stall.
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // Clear text cannot tell HTTP/2 from HTTP/1.1 on one port.
            var address = IPAddress.Parse(settings.Address);
            kestrel.Listen(address, settings.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(address, settings.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Host.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort, serviceId: "zhice", clusterId: "zhice");
            silo.AddZhiceSqliteStorage(folder);
            silo.AddZhiceGrains(settings.CustomerIdleAge);
            silo.AddZhiceBulk(settings.BulkFolder ?? Path.Combine(folder, "bulk"));
            if (settings.Dashboard)
            {
                silo.AddDashboard();
            }
        });
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddHealthChecks().AddCheck<Readiness>("ready");
        builder.Services.AddZhiceApi(new ApiOptions { IsReflectionOn = settings.Reflection });
    }

    private static void Map(WebApplication app, SiloSettings settings)
    {
        app.MapZhiceApi();
        app.MapHealthChecks("/healthz");
        if (settings.Dashboard)
        {
            app.MapOrleansDashboard("/dashboard");
        }
    }

    private static async Task RefusingAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception fault) when (Mendable(fault) is { } cause)
        {
            throw new StartRefusedException(cause.Message, fault);
        }
    }

    // What whoever starts the host can mend, told without a stack trace.
    private static Exception? Mendable(Exception? fault) =>
        fault is null or DataFolderInUseException or StoreUnfitException or StoreUnavailableException or IOException or UnauthorizedAccessException
            ? fault
            : Mendable(fault.InnerException);

    private static TimeSpan Since(DateTime start) => DateTime.Now - start;
}
