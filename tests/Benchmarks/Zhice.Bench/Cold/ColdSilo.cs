using System.Globalization;
using Grpc.Net.Client;
using Zhice.Bench.Customers;
using Zhice.Bench.Running;
using Zhice.Postgres;
using Zhice.V1;

namespace Zhice.Bench.Cold;

/// <summary>The real host in a process of its own.</summary>
internal sealed class ColdSilo : IAsyncDisposable
{
    public const int GrpcPort = 7554;

    private const int ReadyTries = 600;
    private readonly Child _process;

    private ColdSilo(Child process) => _process = process;

    public int ProcessId => _process.Id;

    /// <summary>The memory that it takes.</summary>
    public long ResidentBytes
    {
        get
        {
            using var process = System.Diagnostics.Process.GetProcessById(ProcessId);
            return process.WorkingSet64;
        }
    }

    /// <summary>Starts it on a PostgreSQL, and puts a catalogue in force, the sample bank's if not told, if there is none.</summary>
    public static Task<ColdSilo> StartAsync(PostgresStore store, IEnumerable<string> settings, V1.Catalog? catalog = null) => StartAsync(
        [
            "--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={store.ConnectionString}", $"--Zhice:ServiceId={store.ServiceId}",
            .. settings],
        catalog ?? SampleCatalog.Definition);

    /// <summary>Starts it on a PostgreSQL that has a catalogue.</summary>
    public static Task<ColdSilo> StartAgainAsync(PostgresStore store) => StartAsync(
        ["--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={store.ConnectionString}", $"--Zhice:ServiceId={store.ServiceId}"],
        catalog: null);

    /// <summary>Starts it on a PostgreSQL, with the sample bank and its customers.</summary>
    public static Task<ColdSilo> StartWithSampleBankAsync(PostgresStore store, string folder) => StartAsync(
        [
            "--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={store.ConnectionString}", $"--Zhice:ServiceId={store.ServiceId}",
            $"--Zhice:Data={folder}", "--Zhice:Sample=true",
        ],
        catalog: null);

    /// <summary>Starts it with everything in memory, but for what is loaded.</summary>
    /// <param name="folder">Where the files are that are loaded.</param>
    /// <param name="catalog">The catalogue to put in force.</param>
    public static Task<ColdSilo> StartInMemoryAsync(string folder, V1.Catalog catalog) =>
        StartAsync(["--Zhice:Store=memory", $"--Zhice:Data={folder}", "--Zhice:Sample=false"], catalog);

    private static async Task<ColdSilo> StartAsync(IEnumerable<string> settings, V1.Catalog? catalog)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "../../../../../../silo/bin/Release/net10.0/Zhice.Silo.dll");
        var silo = new ColdSilo(Child.Start("dotnet", [
            program, $"--Zhice:GrpcPort={GrpcPort}", "--Zhice:HttpPort=7555", "--Zhice:SiloPort=7556", "--Zhice:GatewayPort=7557",
            "--Zhice:Dashboard=false", "--Zhice:DrainDelay=00:00:00", .. settings]));
        if (catalog is not null)
        {
            await ApplyCatalogAsync(catalog);
        }

        using var http = new HttpClient();
        await UntilReadyAsync(http);
        return silo;
    }

    public async ValueTask DisposeAsync() => await _process.DisposeAsync();

    /// <summary>Asks it to stop, and waits until it has.</summary>
    public Task StopAsync() => _process.TerminateAsync();

    private static async Task UntilReadyAsync(HttpClient http)
    {
        for (var left = ReadyTries; left > 0; left--)
        {
            try
            {
                if ((await http.GetAsync(new Uri("http://127.0.0.1:7555/healthz"))).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(200);
        }

        throw new TimeoutException("The silo was not ready within 2 minutes.");
    }

    private static async Task ApplyCatalogAsync(V1.Catalog catalog)
    {
        using var channel = GrpcChannel.ForAddress(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{GrpcPort}"));
        var catalogs = new CatalogService.CatalogServiceClient(channel);
        for (var left = ReadyTries; left > 0; left--)
        {
            try
            {
                var request = new ApplyCatalogRequest { Catalog = catalog, RequestId = "cold" };
                await catalogs.ApplyCatalogAsync(request);
                break;
            }
            catch (Grpc.Core.RpcException) when (left > 1)
            {
                await Task.Delay(200);
            }
        }
    }
}
