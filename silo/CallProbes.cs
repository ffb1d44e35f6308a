using Microsoft.Extensions.Diagnostics.HealthChecks;
using Zhice.Contracts.Probes;
using Zhice.Domain.Health;

namespace Zhice.Silo;

/// <summary>
/// Calls a new grain on this silo every two seconds, which any silo of the cluster may have to enter into the directory: a silo
/// whose calls fail is not ready, though its process lives. The store is not asked; while it is away much is answered from memory.
/// </summary>
internal sealed class CallProbes(IGrainFactory grains, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<CallProbes> log)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxCall = TimeSpan.FromSeconds(10);

    private readonly FailingCalls _calls = new();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_calls.AreTooMany ? HealthCheckResult.Unhealthy("calls fail") : HealthCheckResult.Healthy());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // Before that the silo has not joined.
                if (lifetime.ApplicationStarted.IsCancellationRequested)
                {
                    _ = ProbeAsync(lifetime.ApplicationStopping);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    // It never throws.
    private async Task ProbeAsync(CancellationToken stopping)
    {
        var fault = (Exception?)null;
        try
        {
            await grains.GetGrain<IProbeGrain>(Guid.NewGuid()).Answer().AsTask().WaitAsync(MaxCall, clock, stopping);
        }
        catch (Exception failed)
        {
            fault = failed;
        }

        if (!stopping.IsCancellationRequested && _calls.Note(fault is null))
        {
            if (_calls.AreTooMany)
            {
                SiloLog.CallsFail(log, fault);
            }
            else
            {
                SiloLog.CallsSucceed(log);
            }
        }
    }
}
