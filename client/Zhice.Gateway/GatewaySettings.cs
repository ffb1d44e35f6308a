using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Net;
using Zhice.Api;
using Zhice.Api.Identity;
using Zhice.Hosting;

namespace Zhice.Gateway;

/// <summary>What can be set, in the section "Zhice": by <c>--Zhice:GrpcPort=7401</c> or <c>Zhice__GrpcPort=7401</c>.</summary>
internal sealed record GatewaySettings : HostSettings
{
    /// <summary>The port of gRPC, HTTP/2.</summary>
    /// <value>1 to 65,535. Default: 7311.</value>
    [Range(1, 65_535)]
    public int GrpcPort { get; init; } = 7311;

    /// <summary>The port of REST and health, HTTP/1.1.</summary>
    /// <value>1 to 65,535. Default: 7310.</value>
    [Range(1, 65_535)]
    public int HttpPort { get; init; } = 7310;

    /// <summary>On sqlite and memory, where the silo is: its address and GatewayPort. On postgres the database knows.</summary>
    /// <value>ADDRESS:PORT, several with commas between. Default: 127.0.0.1:7303.</value>
    [Required]
    public string Silos { get; init; } = "127.0.0.1:7303";

    /// <summary>Whose calls are accepted.</summary>
    public IdentityOptions Identity { get; init; } = new();

    /// <summary>What callers learn of groups of customers.</summary>
    public PrivacyOptions Privacy { get; init; } = new();

    /// <summary>The help text.</summary>
    public static string Help { get; } = $"""
        Zhice.Gateway: the API as a process of its own, before the silos.

          dotnet run -c Release --project client/Zhice.Gateway -- [--Zhice:NAME=VALUE ...]
          dotnet run -c Release --project client/Zhice.Gateway -- --Zhice:Store=postgres --ConnectionStrings:Zhice='Host=...;Username=...;Database=...'

          Store           where the silos keep their state: sqlite, postgres     (sqlite)
                          or memory
          ServiceId       the silos' ServiceId                                   (zhice)
          ClusterId       the silos' ClusterId                                   (the ServiceId)
          Silos           not on postgres: the silo's address and GatewayPort    (127.0.0.1:7303)
          StoreWait       how long a start waits for PostgreSQL                  (00:02:00)

          ClusterTls:CertificateFile  mutual TLS to the silos: certificate,      (none: clear text)
          ClusterTls:KeyFile          key and authority of the cluster, by
          ClusterTls:CaFile           deploy/certificates.sh

        {ApiTls.Help}

        {IdentityOptions.Help}

          Address         where gRPC and HTTP listen                             (127.0.0.1)
          GrpcPort        gRPC, HTTP/2                                           (7311)
          HttpPort        REST and health, HTTP/1.1                              (7310)
          Reflection      serve gRPC reflection                                  (false)
          Privacy:MinCount  below it, analysts see no count of an audience       (10)

          DrainDelay      calls are taken so long after readiness went           (0; on postgres 00:00:05)
          StopLimit       how long the stop may take after that                  (00:01:00)

        Environment variables do as well: Zhice__GrpcPort=7401, ConnectionStrings__Zhice=...
        While no silo can be reached, calls get UNAVAILABLE and /healthz says 503; it heals by itself.
        """;

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="StartRefusedException">One is unknown, unreadable or out of range.</exception>
    public static GatewaySettings Read(IConfiguration configuration)
    {
        var settings = SettingsReader.Read<GatewaySettings>(configuration);
        SettingsReader.CheckPorts((nameof(GrpcPort), settings.GrpcPort), (nameof(HttpPort), settings.HttpPort));
        SettingsReader.CheckGroup(configuration, ClusterTls.Section, settings.ClusterTls);
        SettingsReader.CheckGroup(configuration, ApiTls.Section, settings.Tls);
        SettingsReader.CheckGroup(configuration, IdentityOptions.Section, settings.Identity);
        SettingsReader.CheckGroup(configuration, $"{IdentityOptions.Section}:SignIn", settings.Identity.SignIn);
        SettingsReader.CheckGroup(configuration, PrivacyOptions.Section, settings.Privacy);
        StartRefusals.Refusing(settings.Identity.Checked);
        settings.ReadSilos();
        return settings;
    }

    /// <summary>The silos' addresses.</summary>
    /// <exception cref="StartRefusedException">One cannot be read.</exception>
    public ImmutableArray<IPEndPoint> ReadSilos() =>
    [
        .. Silos.Split(',', StringSplitOptions.TrimEntries).Select(text =>
            IPEndPoint.TryParse(text, out var address) && address.Port > 0
                ? address
                : throw new StartRefusedException($"{Section}:Silos has '{text}'; ADDRESS:PORT is needed, such as 127.0.0.1:7303.")),
    ];
}
