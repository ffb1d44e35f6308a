using System.Net;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Storage;
using Zhice.Grains;
using Zhice.Hosting;
using Zhice.Postgres;
using Zhice.Storage;

namespace Zhice.Silo;

/// <summary>How silos find each other, and where the grains keep their state.</summary>
internal static class Clustering
{
    private const string Npgsql = "Npgsql";

    /// <summary>One silo on a data folder, or on memory alone.</summary>
    public static void UseEmbedded(this ISiloBuilder silo, SiloSettings settings, string folder)
    {
        silo.UseLocalhostClustering(
            settings.SiloPort, settings.GatewayPort, serviceId: settings.ServiceId, clusterId: settings.ClusterName);
        if (settings.IsInMemory)
        {
            silo.AddZhiceMemoryStorage();
        }
        else
        {
            silo.AddZhiceSqliteStorage(folder);
        }

        silo.UseInMemoryReminderService();
        silo.Services.AddKeyedSingleton<IGrainStorage>(
            GrainStorageNames.Definitions, static (services, _) => services.GetRequiredKeyedService<IGrainStorage>(ZhiceStorage.Name));
    }

    /// <summary>One of a cluster of silos on a database.</summary>
    public static void UsePostgres(this ISiloBuilder silo, SiloSettings settings, PostgresStore store, ClusterTable table)
    {
        var connection = store.SchemaConnectionString;
        silo.Configure<ClusterOptions>(cluster =>
            (cluster.ServiceId, cluster.ClusterId) = (settings.ServiceId, table.ClusterId));
        silo.ConfigureEndpoints(IPAddress.Parse(settings.SiloAddress), settings.SiloPort, settings.GatewayPort);
        silo.UseAdoNetClustering(members => (members.Invariant, members.ConnectionString) = (Npgsql, connection));
        silo.UseAdoNetReminderService(reminders => (reminders.Invariant, reminders.ConnectionString) = (Npgsql, connection));
        silo.UseSystemTextJsonGrainStorageSerializer();
        silo.AddAdoNetGrainStorage(
            GrainStorageNames.Definitions, states => (states.Invariant, states.ConnectionString) = (Npgsql, connection));
        silo.AddZhicePostgresStorage(store);
        silo.Configure<ClusterMembershipOptions>(FindDeathsSoon);
        silo.Services.AddSingleton(table);
        silo.Services.AddHostedService<MembershipMonitor>();
    }

    /// <summary>Mutual TLS on the ports of silos: silos alone at one, silos and gateways at the other.</summary>
    public static void UseClusterTls(this ISiloBuilder silo, ReloadedFiles<ClusterCertificates> files) =>
        silo.Configure<SiloConnectionOptions>(connections =>
        {
            var (ofSilos, ofAll) = (
                ClusterCertificates.CreateOptions(files, ClusterTls.SiloName),
                ClusterCertificates.CreateOptions(files, ClusterTls.SiloName, ClusterTls.GatewayName));
            connections.ConfigureSiloInboundConnection(connection => connection.UseServerTls(ofSilos));
            connections.ConfigureGatewayInboundConnection(connection => connection.UseServerTls(ofAll));
            connections.ConfigureSiloOutboundConnection(connection =>
                connection.UseClientTls(ClusterCertificates.CreateOptionsToSilo(files)));
        });

    // Killed or frozen, a silo is declared dead within 15 s: three probes that miss and the votes of two others.
    private static void FindDeathsSoon(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(2);
        membership.MinProbeTimeout = TimeSpan.FromSeconds(2); // A machine that is busy for a second is not dead.
        membership.MaxProbeTimeout = TimeSpan.FromSeconds(3);
        membership.NumMissedProbesLimit = 3;
        membership.NumVotesForDeathDeclaration = 2;
        membership.DeathVoteExpirationTimeout = TimeSpan.FromSeconds(60);

        // A silo that thaws reads the table soon and finds that it is dead; one that starts sees who is long gone.
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        membership.NumMissedTableIAmAliveLimit = 3;

        // Silos that crashed leave a row each.
        membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
        membership.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
    }
}
