using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Zhice.Silo;

/// <summary>Healthy from the moment at which the silo has a catalogue and its data, until it is told to stop.</summary>
internal sealed class Readiness : IHealthCheck
{
    private volatile bool _isReady;

    public bool IsReady
    {
        get => _isReady;
        set => _isReady = value;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("starting or stopping"));
}
