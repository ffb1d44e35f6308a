using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Zhice.Hosting;

/// <summary>What silo and gateway set up alike.</summary>
public static class HostingServices
{
    private const int MaxStreamsOfConnection = 1_000;
    private const int MaxConnections = 10_000;

    /// <summary>Adds ports, log, health and the drained stop.</summary>
    public static void AddZhiceHosting(this WebApplicationBuilder builder, HostSettings settings, int grpcPort, int httpPort)
    {
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.RemoveAll<ILoggerProvider>();
        builder.Services.AddSingleton<ILoggerProvider>(
            static services => new LimitedLog(ActivatorUtilities.CreateInstance<ConsoleLoggerProvider>(services), TimeProvider.System));
        builder.Logging.SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None) // Not ready yet is no failure.

            // Paths of requests and sentences of refusals have ids and values of customers: whatever level is set for the rest, they are
            // not logged.
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("Grpc", LogLevel.Warning);
        var certificates = settings.Tls.IsOn ? settings.Tls.Watch(TimeProvider.System) : null;
        if (certificates is not null)
        {
            builder.Services.AddReloaded(certificates);
        }

        var https = certificates is null ? null : ApiTls.CreateOptions(certificates);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // A client with hundreds of calls under way has one connection; more than that would wait in it unseen.
            kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreamsOfConnection;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;

            // Clear text cannot tell HTTP/2 from HTTP/1.1 on one port.
            var address = IPAddress.Parse(settings.Address);
            kestrel.Listen(address, grpcPort, listen => Set(listen, HttpProtocols.Http2, https));
            kestrel.Listen(address, httpPort, listen => Set(listen, HttpProtocols.Http1, https));
        });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<IStartupFilter, BrowserEdge>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddHealthChecks().AddCheck<Readiness>("ready");
        builder.Services.AddSingleton<IHostLifetime, DrainedStop>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.StopLimit);

        // Those that watch by gRPC hear of it within a second; those that ask hear at once.
        builder.Services.Configure<HealthCheckPublisherOptions>(publisher =>
            (publisher.Delay, publisher.Period) = (TimeSpan.Zero, TimeSpan.FromSeconds(1)));
    }

    /// <summary>Reads files again when they change.</summary>
    public static void AddReloaded(this IServiceCollection services, IReloadedFiles files)
    {
        services.AddSingleton(files);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, FileWatch>());
    }

    private static void Set(ListenOptions listen, HttpProtocols protocols, HttpsConnectionAdapterOptions? https)
    {
        listen.Protocols = protocols;
        if (https is not null)
        {
            listen.UseHttps(https);
        }
    }
}
