using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;
using Zhice.V1;

namespace Zhice.SystemTests.Processes;

/// <summary>The product as a process of its own, on a data folder and ports of its own.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly int[] _ports;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly GrpcChannel _channel;

    private SiloProcess(string data, int[] ports, string[] settings)
    {
        (_ports, GrpcPort, HttpPort) = (ports, ports[0], ports[1]);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [
                Repository.Silo, $"--Zhice:Data={data}", $"--Zhice:GrpcPort={ports[0]}", $"--Zhice:HttpPort={ports[1]}",
                $"--Zhice:SiloPort={ports[2]}", $"--Zhice:GatewayPort={ports[3]}", .. settings])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Exited += (_, _) =>
        {
            _process.WaitForExit(); // Until all it said is read.
            _ready.TrySetException(new InvalidOperationException($"The silo ended:\n{Log}"));
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _channel = GrpcChannel.ForAddress(GrpcAddress, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        Recommendations = new(_channel);
        Events = new(_channel);
        Customers = new(_channel);
        Catalog = new(_channel);
    }

    public int GrpcPort { get; }

    public int HttpPort { get; }

    public string GrpcAddress => $"http://127.0.0.1:{GrpcPort}";

    public string HttpAddress => $"http://127.0.0.1:{HttpPort}";

    public GrpcChannel Channel => _channel;

    public RecommendationService.RecommendationServiceClient Recommendations { get; }

    public EventService.EventServiceClient Events { get; }

    public CustomerService.CustomerServiceClient Customers { get; }

    public CatalogService.CatalogServiceClient Catalog { get; }

    /// <summary>The ports of gRPC, HTTP, silo and Orleans' gateway.</summary>
    public IReadOnlyList<int> Ports => _ports;

    public bool IsAlive => !_process.HasExited;

    /// <summary>How much memory it holds, in bytes (VmRSS).</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public string Log => string.Join('\n', _lines);

    /// <summary>Starts the product and waits until it says that it is ready.</summary>
    public static Task<SiloProcess> StartAsync(string data, params string[] settings) => StartAsync(data, FreePorts(4), settings);

    /// <summary>The same on given ports: of gRPC, HTTP, silo and Orleans' gateway.</summary>
    public static async Task<SiloProcess> StartAsync(string data, int[] ports, params string[] settings)
    {
        var silo = new SiloProcess(data, ports, settings);
        try
        {
            await silo._ready.Task.WaitAsync(LongestStart);
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it with the catalogue of <see cref="SmallCatalog"/> and no customers.</summary>
    public static async Task<SiloProcess> StartSmallAsync(string data, params string[] settings)
    {
        var silo = await StartAsync(data, ["--Zhice:Sample=false", .. settings]);
        await silo.Catalog.ApplyCatalogAsync(new ApplyCatalogRequest { Catalog = SmallCatalog.Create(), RequestId = "small" });
        return silo;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops it as an operator would.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await ExitAsync();
    }

    /// <summary>SIGSTOP: it stands still, with its connections open.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT, after <see cref="FreezeAsync"/>.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Sends a signal, such as TERM.</summary>
    public Task SignalAsync(string signal) => Command.RunAsync("kill", $"-{signal}", $"{_process.Id}");

    /// <summary>Waits until it ended.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _channel.Dispose();
        _process.Dispose();
    }

    public static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
            if (line.StartsWith("Zhice.Grains is ready", StringComparison.Ordinal))
            {
                _ready.TrySetResult();
            }
        }
    }
}
