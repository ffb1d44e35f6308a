using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Zhice.Hosting;

/// <summary>
/// Stops the host as SIGTERM, SIGINT or SIGQUIT asks: readiness goes at once; after the drain delay, in which calls are
/// still taken, the host stops. A further signal changes nothing.
/// </summary>
public sealed class DrainedStop(IHostApplicationLifetime lifetime, Readiness readiness, HostSettings settings, TimeProvider clock)
    : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _signalled;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
        {
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        readiness.End();
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _ = StopAfterDelayAsync();
        }
    }

    private async Task StopAfterDelayAsync()
    {
        // A host that is still starting has no calls to drain.
        if (lifetime.ApplicationStarted.IsCancellationRequested)
        {
            await Task.Delay(settings.DrainDelayInForce, clock);
        }

        lifetime.StopApplication();
    }
}
