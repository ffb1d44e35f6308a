using Zhice.Case;

namespace Zhice.Bench.Bars;

/// <summary>The silo and its peers, as processes beside each other with the same customers.</summary>
internal sealed class PeerField : IAsyncDisposable
{
    public const string Zhice = "Zhice", Echo = "gRPC echo", Redis = "Redis", Garnet = "Garnet", Postgres = "PostgreSQL",
        Proto = "Proto.Actor", Akka = "Akka.NET";

    private const string Program = "Peers/Zhice.Peers";
    private const int FirstPort = 7560;

    private readonly BarSizes _sizes;
    private readonly List<IAsyncDisposable> _processes = [];
    private readonly List<Peer> _peers = [];
    private int _nextPort = FirstPort;

    private PeerField(BarSizes sizes, CaseSilo silo)
    {
        (_sizes, Silo) = (sizes, silo);
        _processes.Add(silo);
        _peers.Add(new(Zhice, CaseSilo.Port, [silo.ProcessId]));
    }

    public CaseSilo Silo { get; }

    /// <summary>Each of them, the silo first.</summary>
    public IReadOnlyList<Peer> Peers => _peers;

    /// <summary>Starts the silo, and beside it the peers of these names.</summary>
    public static async Task<PeerField> StartAsync(BarSizes sizes, params IEnumerable<string> peers)
    {
        var field = new PeerField(sizes, await CaseSilo.StartAsync(sizes));
        try
        {
            foreach (var peer in peers)
            {
                await field.AddAsync(peer);
            }

            return field;
        }
        catch
        {
            await field.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more peer, with settings of its own.</summary>
    /// <param name="peer">Which.</param>
    /// <param name="settings">What is tried.</param>
    /// <returns>Its port.</returns>
    public async Task<int> AddAsync(string peer, params string[] settings)
    {
        Console.WriteLine($"Starting {peer} {string.Join(' ', settings)}");
        var port = _nextPort++;
        string[] arguments = peer switch
        {
            Echo =>
            [
                $"--Like=http://127.0.0.1:{CaseSilo.Port}", $"--Customer={_sizes.PickIds()[0]}", $"--Placement={CaseCatalog.Placement}",
            ],
            Redis or Garnet => ["redis", $"--Redis=127.0.0.1:{await FillAsync(peer)}"],
            Postgres => ["postgres", $"--Postgres={await FillPostgresAsync()}"],
            Proto => ["proto"],
            Akka => ["akka"],
            _ => throw new ArgumentException($"'{peer}' is no peer."),
        };
        var started = await PeerProcess.StartProjectAsync(
            peer == Echo ? "Zhice.Echo" : Program, port, [.. arguments, $"--Port={port}", .. settings]);
        var server = peer is Redis or Garnet ? (PeerProcess)_processes[^1] : null;
        _processes.Add(started);

        // PostgreSQL has a process for each connection, which are not told from those of the silo.
        _peers.Add(new(peer, port, peer == Postgres ? [] : server is null ? [started.ProcessId] : [started.ProcessId, server.ProcessId]));
        return port;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }
    }

    private async Task<int> FillAsync(string peer)
    {
        var port = _nextPort++;
        _processes.Add(peer == Redis
            ? await PeerProcess.StartAsync(
                "redis-server", port, "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no")
            : await PeerProcess.StartProjectAsync(Program, port, "garnet", $"--Port={port}"));
        await PeerProcess.RunProjectAsync(
            Program, "fill-redis", $"--Redis=127.0.0.1:{port}", $"--Active={_sizes.Active}", $"--Of={_sizes.Customers}");
        return port;
    }

    private async Task<string> FillPostgresAsync()
    {
        var connection = await Silo.Store.Server.CreateDatabaseAsync();
        await PeerProcess.RunProjectAsync(
            Program, "fill-postgres", $"--Postgres={connection}", $"--Active={_sizes.Active}", $"--Of={_sizes.Customers}");
        return connection;
    }
}
