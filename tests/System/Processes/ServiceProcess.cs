using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;
using Zhice.V1;

namespace Zhice.SystemTests.Processes;

/// <summary>The API served by a process of its own, on ports of its own.</summary>
internal abstract class ServiceProcess : IAsyncDisposable
{
    private const int FirstPort = 20_000;

    private static readonly TimeSpan MaxStart = TimeSpan.FromMinutes(3);
    private static int _lastPort = Environment.ProcessId % 10_000;

    private readonly Process _process;
    private readonly string _readyLine;
    private readonly int[] _ports;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly GrpcChannel _channel;
    private int _isDisposed;

    /// <param name="program">The program's file.</param>
    /// <param name="ready">How the line begins by which it says that it is ready.</param>
    /// <param name="ports">Its ports, those of gRPC and HTTP first.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="runBy">A program, and what it is told, that becomes the process: such as env or setpriv. None if empty.</param>
    protected ServiceProcess(string program, string ready, int[] ports, string[] settings, params string[] runBy)
    {
        (_readyLine, _ports, GrpcPort, HttpPort) = (ready, ports, ports[0], ports[1]);
        string[] command = [.. runBy, "dotnet", program, $"--Zhice:GrpcPort={GrpcPort}", $"--Zhice:HttpPort={HttpPort}", .. settings];
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command[1..])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };

        // Callers are the developer, unless the settings say whose tokens are accepted.
        _process.StartInfo.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";

        // Most of these processes live for seconds: methods are compiled again later and without a profile, which halves the
        // processor time of a start. The value is hexadecimal: 100 ms.
        _process.StartInfo.Environment["DOTNET_TieredPGO"] = "0";
        _process.StartInfo.Environment["DOTNET_TC_CallCountingDelayMs"] = "64";
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Exited += (_, _) =>
        {
            _process.WaitForExit(); // Until all it said is read.
            _ready.TrySetException(new InvalidOperationException($"The process ended:\n{Log}"));
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _channel = GrpcChannel.ForAddress(GrpcAddress, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        Recommendations = new(_channel);
        Events = new(_channel);
        Customers = new(_channel);
        Catalog = new(_channel);
        Simulations = new(_channel);
        Deliveries = new(_channel);
        Stops = new(_channel);
        Campaigns = new(_channel);
        Audiences = new(_channel);
        HandOffs = new(_channel);
        Journeys = new(_channel);
        Learning = new(_channel);
        Erasures = new(_channel);
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

    public SimulationService.SimulationServiceClient Simulations { get; }

    public DeliveryService.DeliveryServiceClient Deliveries { get; }

    public StopService.StopServiceClient Stops { get; }

    public CampaignService.CampaignServiceClient Campaigns { get; }

    public AudienceService.AudienceServiceClient Audiences { get; }

    public HandOffService.HandOffServiceClient HandOffs { get; }

    public JourneyService.JourneyServiceClient Journeys { get; }

    public LearningService.LearningServiceClient Learning { get; }

    public ErasureService.ErasureServiceClient Erasures { get; }

    /// <summary>Its ports, those of gRPC and HTTP first.</summary>
    public IReadOnlyList<int> Ports => _ports;

    public int ProcessId => _process.Id;

    public bool IsAlive => !_process.HasExited;

    public string Log => string.Join('\n', _lines);

    /// <summary>How much memory it holds, in bytes; 0 once it ended.</summary>
    public long ResidentBytes
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.WorkingSet64;
            }
            catch (InvalidOperationException)
            {
                return 0;
            }
        }
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
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _channel.Dispose();
        _process.Dispose();
    }

    public static int[] FreePorts(int count)
    {
        var ports = new int[count];
        for (var i = 0; i < count;)
        {
            // Below those that the system gives to connections: a process that ended finds its ports free when it starts again.
            var port = FirstPort + (Interlocked.Increment(ref _lastPort) % (32_000 - FirstPort));
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                ports[i++] = port;
            }
            catch (SocketException)
            {
                // Somebody else's: the next.
            }
        }

        return ports;
    }

    /// <summary>Waits until it decides by a catalogue that has the placements of <see cref="Zhice.TestBank.SmallCatalog"/>.</summary>
    public Task UntilSmallAsync() => ClusterProcesses.UntilAsync(
        async () =>
            (
                await Recommendations.RecommendAsync(
                    new RecommendRequest { CustomerId = "probe", PlacementId = "app_home" })).DecisionId.Length > 0);

    /// <summary>Waits until it says that it is ready; one that does not is ended.</summary>
    protected async Task UntilReadyAsync()
    {
        try
        {
            await _ready.Task.WaitAsync(MaxStart);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
            if (line.StartsWith(_readyLine, StringComparison.Ordinal))
            {
                _ready.TrySetResult();
            }
        }
    }
}
