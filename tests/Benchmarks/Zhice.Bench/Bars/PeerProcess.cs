using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Zhice.Bench.Running;

namespace Zhice.Bench.Bars;

/// <summary>A peer, or a server that a peer needs: programs of tests/Benchmarks, each in a process of its own.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private const int Tries = 600;

    private readonly Child _process;

    private PeerProcess(Child process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public int ProcessId => _process.Id;

    /// <summary>Starts a program of the solution's own, built for release, and waits until it listens.</summary>
    /// <param name="project">Its project's folder below tests/Benchmarks; its name is that of the program.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Task<PeerProcess> StartProjectAsync(string project, int port, params IEnumerable<string> arguments) =>
        StartAsync("dotnet", port, [ProgramOf(project), .. arguments]);

    /// <summary>Starts a program, and waits until it listens.</summary>
    /// <exception cref="TimeoutException">It did not within 2 minutes.</exception>
    public static async Task<PeerProcess> StartAsync(string program, int port, params IEnumerable<string> arguments)
    {
        var started = new PeerProcess(Child.Start(program, arguments), port);
        for (var left = Tries; left > 0; left--)
        {
            if (await IsListeningAsync(port))
            {
                return started;
            }

            await Task.Delay(200);
        }

        await started.DisposeAsync();
        throw new TimeoutException($"{program} did not listen at port {port.ToString(CultureInfo.InvariantCulture)} within 2 minutes.");
    }

    /// <summary>Runs a program of the solution's own to its end.</summary>
    public static Task RunProjectAsync(string project, params IEnumerable<string> arguments) =>
        Child.RunAsync(new("dotnet", [ProgramOf(project), .. arguments]), default);

    /// <summary>Asks it to stop (SIGTERM), and waits until it has.</summary>
    public Task TerminateAsync() => _process.TerminateAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string ProgramOf(string project) => Path.Combine(
        AppContext.BaseDirectory, "../../../..", project, $"bin/Release/net10.0/{Path.GetFileName(project)}.dll");

    private static async Task<bool> IsListeningAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
