using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Zhice.Hosting;

/// <summary>Healthy from the moment at which the host can serve, until it is told to stop.</summary>
public sealed class Readiness : IHealthCheck
{
    private volatile bool _isStarted;
    private volatile bool _isStopping;

    /// <summary>Whether calls may be sent here.</summary>
    public bool IsReady => _isStarted && !_isStopping;

    /// <summary>The host can serve.</summary>
    public void Begin() => _isStarted = true;

    /// <summary>The host is told to stop; this is never taken back.</summary>
    public void End() => _isStopping = true;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(_isStopping ? "stopping" : "starting"));
}
