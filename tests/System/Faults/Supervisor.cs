using System.Collections.Concurrent;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Faults;

/// <summary>Starts a silo again whenever it ends, as systemd or Kubernetes would.</summary>
internal sealed class Supervisor : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ClusterProcesses _cluster;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<string> _logs = new();
    private readonly int[] _starts;
    private readonly Task _running;

    public Supervisor(ClusterProcesses cluster)
    {
        (_cluster, _starts) = (cluster, new int[cluster.Silos.Count]);
        _running = Task.WhenAll(Enumerable.Range(0, _starts.Length).Select(SuperviseAsync));
    }

    /// <summary>How often a silo was started again.</summary>
    public int StartsOf(int silo) => Volatile.Read(ref _starts[silo]);

    /// <summary>With which codes silos ended, those killed by it included.</summary>
    public ConcurrentQueue<(int Silo, int Code)> Ends { get; } = new();

    /// <summary>What the silos logged of faults that nobody foresaw, those that ended included.</summary>
    public IEnumerable<string> Unforeseen => _logs.Concat(_cluster.Silos.Select(silo => silo.Log))
        .SelectMany(log => log.Split('\n'))
        .Where(line => line.Contains("was told correlation id", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        _ending.Dispose();
    }

    private async Task SuperviseAsync(int silo)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                Ends.Enqueue((silo, await _cluster[silo].ExitAsync().WaitAsync(_ending.Token)));
            }
            catch (OperationCanceledException)
            {
                return;
            }

            _logs.Enqueue(_cluster[silo].Log);
            await StartAsync(silo);
        }
    }

    private async Task StartAsync(int silo)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await _cluster.StartAgainAsync(silo);
                Interlocked.Increment(ref _starts[silo]);
                return;
            }
            catch (Exception fault) when (fault is InvalidOperationException or TimeoutException)
            {
                // It ended before it was ready: once more.
            }

            await Task.Delay(Pause, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
