using Microsoft.Extensions.DependencyInjection;
using Zhice.Grains.Deliveries;
using Zhice.Grains.Spreading;
using Zhice.Grains.Stops;

namespace Zhice.Grains.Hosting;

/// <summary>Adds the delivery of contacts to a silo.</summary>
public static class ZhiceDeliveryHosting
{
    /// <summary>
    /// Adds the delivery of contacts to channels. The grains and a group-commit storage must be added beside.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="options">How contacts are delivered.</param>
    public static ISiloBuilder AddZhiceDeliveries(this ISiloBuilder silo, DeliveryOptions options)
    {
        silo.Services.AddSingleton(options);
        silo.Services.AddSingleton<DeliverySignals>();
        silo.Services.AddSingleton<SettlementProcessor>();
        silo.Services.AddSingleton<HandOvers>();
        silo.Services.AddSingleton<StopMaintenance>();
        silo.Services.AddHostedService(static services => services.GetRequiredService<StopMaintenance>());
        silo.Services.AddTransient<SentLessons>();
        silo.Services.AddSingleton<OutboxNotifier>();
        silo.Services.AddHostedService(static services => services.GetRequiredService<OutboxNotifier>());
        silo.Services.AddSingleton<OverdueContacts>();
        silo.Services.AddHostedService(services => services.GetRequiredService<OverdueContacts>());
        silo.Services.AddPlacementDirector<SiloOfKeyPlacement, SiloAddressDirector>();
        return silo;
    }
}
