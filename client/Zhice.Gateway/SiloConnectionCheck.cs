using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Zhice.Gateway;

/// <summary>Healthy while at least one silo is connected.</summary>
internal sealed class SiloConnectionCheck : IHealthCheck
{
    // A client that starts tells of no change: it has at least one.
    private volatile int _count = 1;

    /// <summary>How many silos are connected.</summary>
    public int Count
    {
        get => _count;
        set => _count = value;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Count > 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("no silo can be reached"));
}
