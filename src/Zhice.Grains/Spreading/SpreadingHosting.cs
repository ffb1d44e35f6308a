using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime.Placement;

namespace Zhice.Grains.Spreading;

/// <summary>Adds what spreads grains over silos.</summary>
internal static class SpreadingHosting
{
    public static void AddSpreading(this IServiceCollection services)
    {
        services.TryAddSingleton<SpreadingOptions>();
        services.AddSingleton<SpreadGrains>();
        services.AddSingleton<BucketDirector>();
        services.AddPlacementDirector<BucketPlacement>(static provider => provider.GetRequiredService<BucketDirector>());
        services.AddHostedService<GrainSpreading>();
    }
}
