using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Zhice.SystemTests.Faults.Proxy;

/// <summary>
/// Stands between a silo and its database, and makes the network between them bad: slow, deaf, cut, cut at a COMMIT, or
/// led to another server.
/// </summary>
internal sealed class DatabaseProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<ProxiedConnection, Task> _connections = new();
    private readonly Lock _lock = new();
    private readonly Task _accepting;
    private TaskCompletionSource _open = Opened();
    private Armed? _armed;
    private volatile int _upstream;
    private int _cuts;

    private DatabaseProxy(int upstream)
    {
        _upstream = upstream;
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The port on 127.0.0.1 that silos are told to be the database's.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long everything takes on its way to the server.</summary>
    public TimeSpan DelayToServer { get; set; }

    /// <summary>How long everything takes on its way back.</summary>
    public TimeSpan DelayToClient { get; set; }

    /// <summary>How many connections were cut at a COMMIT.</summary>
    public int CommitsCut => Volatile.Read(ref _cuts);

    /// <summary>How many connections stand.</summary>
    public int Connections => _connections.Count;

    public static DatabaseProxy Start(int upstreamPort) => new(upstreamPort);

    /// <summary>Accepts from now on, and says nothing: neither to new connections nor on those that stand.</summary>
    public void Blackhole()
    {
        if (_open.Task.IsCompleted)
        {
            _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Ends the silence: what was held back goes on its way.</summary>
    public void Reopen() => _open.TrySetResult();

    /// <summary>Cuts every connection that stands.</summary>
    public void CutAll()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Cut();
        }
    }

    /// <summary>Leads new connections to another server, and cuts those that stand.</summary>
    public void SwitchTo(int upstreamPort)
    {
        _upstream = upstreamPort;
        CutAll();
    }

    /// <summary>Cuts the connections of the next commits whose transaction writes into a table.</summary>
    public void CutCommits(int count, CommitCut cut, string table)
    {
        lock (_lock)
        {
            _armed = new Armed(count, cut, table);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        CutAll();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _end.Dispose();
    }

    internal Task WhenOpenAsync(CancellationToken cancellation) => _open.Task.WaitAsync(cancellation);

    internal CommitCut? Judge(in CommitMark commit)
    {
        lock (_lock)
        {
            if (_armed is not { Left: > 0 } armed || !armed.Concerns(commit.Sql))
            {
                return null;
            }

            _armed = armed with { Left = armed.Left - 1 };
            Interlocked.Increment(ref _cuts);
            return armed.Cut;
        }
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_end.Token);
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            var connection = new ProxiedConnection(this, client);
            var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _connections[connection] = running.Task;
            _ = Task.Run(async () =>
            {
                await connection.RunAsync(_upstream, _end.Token);
                _connections.TryRemove(connection, out _);
                running.SetResult();
            });
        }
    }

    private sealed record Armed(int Left, CommitCut Cut, string Table)
    {
        public bool Concerns(string sql) =>
            sql.Contains($"INSERT INTO {Table}", StringComparison.Ordinal) || sql.Contains($"UPDATE {Table}", StringComparison.Ordinal);
    }
}
