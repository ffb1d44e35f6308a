using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Zhice.Bench.Postgres;

/// <summary>
/// What a load waits for: how many processors were busy for this process, the silo and PostgreSQL, and what
/// PostgreSQL's connections waited for, looked at 50 times a second.
/// </summary>
internal sealed class Bottleneck : IAsyncDisposable
{
    private readonly string _connection;
    private readonly int _server;
    private readonly int[] _silo;
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, int> _waits = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TimeSpan _ownBefore;
    private readonly TimeSpan _siloBefore;
    private readonly TimeSpan _serverBefore;
    private readonly Task _looking;
    private int _looks;

    /// <param name="connection">To the server.</param>
    /// <param name="serverFolder">The server's folder, by which its processes are found.</param>
    /// <param name="silo">The process of the silo, when that is another than this one.</param>
    public Bottleneck(string connection, string serverFolder, int? silo = null)
    {
        _connection = connection;
        _server = int.Parse(File.ReadLines(Path.Combine(serverFolder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        _silo = silo is { } one ? [one] : [];
        (_ownBefore, _siloBefore, _serverBefore) = (TimeOf([Environment.ProcessId]), TimeOf(_silo), TimeOf(ServerProcesses()));
        _looking = Task.Run(LookAsync);
    }

    /// <summary>Ends the looking and tells what was seen, over so many calls.</summary>
    public async Task<string> TellAsync(int calls)
    {
        await _end.CancelAsync();
        await _looking;
        var seconds = _clock.Elapsed.TotalSeconds;
        double Busy(IEnumerable<int> processes, TimeSpan before) => Math.Max(0, (TimeOf(processes) - before).TotalSeconds / seconds);
        var (own, silo, server) =
            (Busy([Environment.ProcessId], _ownBefore), Busy(_silo, _siloBefore), Busy(ServerProcesses(), _serverBefore));
        double PerCall(double busy) => busy * seconds * 1e6 / Math.Max(1, calls);
        var machine = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        var waits = _waits.OrderByDescending(wait => wait.Value).Take(6)
            .Select(wait => string.Create(CultureInfo.InvariantCulture, $"{wait.Key} {(double)wait.Value / _looks:0.0}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"processors busy of {Environment.ProcessorCount}: {own:0.00} {(_silo.Length > 0 ? "callers" : "silo and callers")}, {silo:0.00} {(_silo.Length > 0 ? "silo" : "other")}, {server:0.00} PostgreSQL (load of the machine {machine}); "
            + $"processor time of a call {PerCall(own):N0} + {PerCall(silo):N0} + {PerCall(server):N0} µs; connections at a time in: {string.Join(", ", waits)}");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _looking;
        _end.Dispose();
    }

    private async Task LookAsync()
    {
        await using var connection = new NpgsqlConnection(_connection + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT coalesce(wait_event, 'running') FROM pg_stat_activity WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
            connection);
        while (!_end.IsCancellationRequested)
        {
            await using (var rows = await command.ExecuteReaderAsync())
            {
                while (await rows.ReadAsync())
                {
                    var wait = rows.GetString(0);
                    _waits[wait] = _waits.GetValueOrDefault(wait) + 1;
                }
            }

            _looks++;
            await Task.Delay(20);
        }
    }

    // Not by their name: PostgreSQL's processes rename themselves by what they do.
    private IEnumerable<int> ServerProcesses() =>
        Process.GetProcesses().Select(process => process.Id).Where(id => id == _server || ParentOf(id) == _server);

    // Processes that have ended count no more.
    private static TimeSpan TimeOf(IEnumerable<int> processes)
    {
        var sum = TimeSpan.Zero;
        foreach (var id in processes)
        {
            try
            {
                using var process = Process.GetProcessById(id);
                sum += process.TotalProcessorTime;
            }
            catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or Win32Exception)
            {
                continue;
            }
        }

        return sum;
    }

    private static int ParentOf(int process)
    {
        try
        {
            // After the name, which may hold anything: the state, then the parent.
            var line = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return int.Parse(line[(line.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
