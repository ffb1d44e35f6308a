using System.Diagnostics;
using Npgsql;

namespace Zhice.SystemTests.Processes;

/// <summary>Some silos on one PostgreSQL database, each a process with ports of its own that it keeps for good.</summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    private readonly DataFolder _folder = new();
    private readonly string[] _settings;
    private readonly SiloProcess[] _silos;
    private readonly string _serviceId;

    private ClusterProcesses(int count, string connection, string serviceId, string[] settings)
    {
        (Connection, _serviceId, _silos) = (connection, serviceId, new SiloProcess[count]);
        _settings =
        [
            "--Zhice:Store=postgres", $"--Zhice:ServiceId={serviceId}", $"--ConnectionStrings:Zhice={connection}",
            "--Zhice:Dashboard=false", .. settings,
        ];
    }

    /// <summary>The database.</summary>
    public string Connection { get; }

    /// <summary>The silos, also those that were stopped.</summary>
    public IReadOnlyList<SiloProcess> Silos => _silos;

    public SiloProcess this[int silo] => _silos[silo];

    /// <summary>Starts one more silo of this cluster, which is the caller's to handle.</summary>
    /// <param name="runBy">A program that becomes the process, such as env or setpriv.</param>
    public Task<SiloProcess> StartOneMoreAsync(params string[] runBy) =>
        SiloProcess.StartByAsync(runBy, _folder.Path, SiloProcess.FreePorts(4), _settings);

    /// <summary>Starts a cluster and waits until each silo is ready.</summary>
    /// <param name="count">How many silos.</param>
    /// <param name="connection">The connection string of the database.</param>
    /// <param name="serviceId">The service, whose schema it is.</param>
    /// <param name="settings">Further settings of each silo.</param>
    public static async Task<ClusterProcesses> StartAsync(
        int count, string connection, string serviceId = "zhice", params string[] settings)
    {
        var cluster = new ClusterProcesses(count, connection, serviceId, settings);
        try
        {
            var ports = SiloProcess.FreePorts(4 * count).Chunk(4).ToArray();
            await Task.WhenAll(Enumerable.Range(0, count).Select(async silo =>
                cluster._silos[silo] = await SiloProcess.StartAsync(cluster._folder.Path, ports[silo], cluster._settings)));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same with the catalogue of <see cref="SmallCatalog"/> in force in all silos.</summary>
    public static async Task<ClusterProcesses> StartSmallAsync(
        int count, string connection, string serviceId = "zhice", params string[] settings)
    {
        var cluster = await StartAsync(count, connection, serviceId, settings);
        await cluster[0].Catalog.ApplyCatalogAsync(new ApplyCatalogRequest { Catalog = SmallCatalog.Create(), RequestId = "small" });
        await Task.WhenAll(cluster.Silos.Select(silo => silo.UntilSmallAsync()));
        return cluster;
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync(int silo) => _silos[silo].KillAsync();

    /// <summary>Starts a silo that ended again, on its ports, and waits until it is ready.</summary>
    public async Task StartAgainAsync(int silo)
    {
        var ports = _silos[silo].Ports.ToArray();
        await _silos[silo].DisposeAsync();
        _silos[silo] = await SiloProcess.StartAsync(_folder.Path, ports, _settings);
    }

    /// <summary>Whether the cluster counts a silo among its active ones: some row of its address, whatever its generation.</summary>
    public async Task<bool> IsActiveAsync(int silo)
    {
        const int Active = 3;
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(Connection) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"SELECT count(*) FROM {_serviceId}.orleansmembershiptable WHERE port = {_silos[silo].Ports[2]} AND status = {Active}",
            connection);
        return (long)(await command.ExecuteScalarAsync())! > 0;
    }

    /// <summary>Waits until the cluster no longer counts a silo among its active ones.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> UntilDeclaredDeadAsync(int silo, TimeSpan longest)
    {
        var watch = Stopwatch.StartNew();
        await UntilAsync(async () => !await IsActiveAsync(silo), longest);
        return watch.Elapsed;
    }

    /// <summary>Asks again and again until it holds; a call that fails counts as no.</summary>
    /// <param name="holds">What is asked.</param>
    /// <param name="longest">How long; null: 2 minutes, which only end what would never end, on a slow machine too.</param>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static async Task UntilAsync(Func<Task<bool>> holds, TimeSpan? longest = null)
    {
        var limit = longest ?? TimeSpan.FromMinutes(2);
        var watch = Stopwatch.StartNew();
        Exception? last = null;
        while (true)
        {
            try
            {
                if (await holds())
                {
                    return;
                }
            }
            catch (Exception fault) when (fault is Grpc.Core.RpcException or HttpRequestException)
            {
                last = fault;
            }

            if (watch.Elapsed > limit)
            {
                throw new TimeoutException($"It did not come about within {limit}.", last);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.Where(silo => silo is not null))
        {
            await silo.DisposeAsync();
        }

        _folder.Dispose();
    }
}
