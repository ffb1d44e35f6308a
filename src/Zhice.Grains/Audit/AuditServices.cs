using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Zhice.Grains.Audit;

/// <summary>What the audit trail needs in a silo.</summary>
internal static class AuditServices
{
    /// <summary>Adds it; <see cref="AuditOptions"/> that were added before are kept.</summary>
    public static void AddAudit(this IServiceCollection services)
    {
        services.TryAddSingleton(new AuditOptions());
        services.AddSingleton<AuditWriter>();
        services.AddSingleton<AuditSigner>();
        services.AddSingleton<AuditCheckpoints>();
        services.AddHostedService<AuditCheckpointing>();
    }
}
