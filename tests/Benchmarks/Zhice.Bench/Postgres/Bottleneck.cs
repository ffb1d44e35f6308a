using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Zhice.Bench.Postgres;

/// <summary>
/// What a load waits for: which share of the time a processor was busy for this process and for PostgreSQL, and what
/// PostgreSQL's connections waited for, looked at 50 times a second.
/// </summary>
internal sealed class Bottleneck : IAsyncDisposable
{
    private readonly string _connection;
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, int> _waits = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TimeSpan _ownBefore = Process.GetCurrentProcess().TotalProcessorTime;
    private readonly TimeSpan _serverBefore = ServerTime();
    private readonly Task _looking;
    private int _looks;

    public Bottleneck(string connection)
    {
        _connection = connection;
        _looking = Task.Run(LookAsync);
    }

    /// <summary>Ends the looking and tells what was seen.</summary>
    public async Task<string> TellAsync()
    {
        await _end.CancelAsync();
        await _looking;
        var seconds = _clock.Elapsed.TotalSeconds;
        var own = (Process.GetCurrentProcess().TotalProcessorTime - _ownBefore).TotalSeconds / seconds;
        var server = (ServerTime() - _serverBefore).TotalSeconds / seconds;
        var waits = _waits.OrderByDescending(wait => wait.Value).Take(6)
            .Select(wait => string.Create(CultureInfo.InvariantCulture, $"{wait.Key} {(double)wait.Value / _looks:0.0}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"processors busy of {Environment.ProcessorCount}: {own:0.00} silo and callers, {server:0.00} PostgreSQL; connections at a time in: {string.Join(", ", waits)}");
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

    // The server's processes, those that have ended excepted.
    private static TimeSpan ServerTime()
    {
        var sum = TimeSpan.Zero;
        foreach (var process in Process.GetProcessesByName("postgres"))
        {
            try
            {
                sum += process.TotalProcessorTime;
            }
            catch (Exception fault) when (fault is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It has ended.
            }

            process.Dispose();
        }

        return sum;
    }
}
