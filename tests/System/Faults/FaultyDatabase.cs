using Npgsql;
using Zhice.SystemTests.Faults.Load;
using Zhice.SystemTests.Faults.Proxy;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Faults;

/// <summary>One silo on a PostgreSQL server of its own, with the proxy between them.</summary>
public sealed class FaultyDatabase : IAsyncLifetime
{
    internal PostgresServer Server { get; private set; } = null!;

    internal DatabaseProxy Proxy { get; private set; } = null!;

    internal ClusterProcesses Cluster { get; private set; } = null!;

    internal SiloTargets Targets { get; private set; } = null!;

    /// <summary>The database without the proxy.</summary>
    internal string Direct { get; private set; } = "";

    internal SiloProcess Silo => Cluster[0];

    public async ValueTask InitializeAsync()
    {
        Server = await PostgresServer.StartAsync();
        Direct = await Server.CreateDatabaseAsync();
        Proxy = DatabaseProxy.Start(Server.Port);
        Cluster = await ClusterProcesses.StartSmallAsync(
            1, new NpgsqlConnectionStringBuilder(Direct) { Port = Proxy.Port }.ConnectionString);
        Targets = new SiloTargets([Silo.GrpcAddress]);
    }

    public async ValueTask DisposeAsync()
    {
        await Targets.DisposeAsync();
        await Cluster.DisposeAsync();
        await Proxy.DisposeAsync();
        await Server.DisposeAsync();
    }
}
