using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;

namespace Zhice.Grains.Customers;

/// <summary>
/// Moves the customers of a silo that stops to the others, with their state: the others need not read them from the
/// store, and a call meets its customer before and after. It runs after the API is done and before the silo leaves.
/// </summary>
/// <remarks>The runtime itself only deactivates at a stop.</remarks>
internal sealed class CustomerMoving(
    LoadedCustomers loaded, ISiloStatusOracle silos, ILogger<CustomerMoving> logger) : IHostedService
{
    private const int AtOnce = 1_024;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var others = silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(silo => !silo.Equals(silos.SiloAddress))
            .Order()
            .ToArray();
        if (others.Length == 0)
        {
            return;
        }

        var customers = loaded.All().Select(customer => ((IGrainBase)customer).GrainContext).ToList();
        var begun = TimeProvider.System.GetTimestamp();
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(customers, options, async (customer, cancellation) =>
            {
                // A customer prefers the silo it is on: it must be told where to go.
                var target = others[customer.GrainId.GetUniformHashCode() % (uint)others.Length];
                customer.Migrate(new() { [IPlacementDirector.PlacementHintKey] = target }, cancellation);
                await customer.Deactivated.WaitAsync(cancellation);
            });
            GrainsLog.CustomersMoved(logger, customers.Count, TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds);
        }
        catch (OperationCanceledException)
        {
            // The time is up: the rest is read from the store where it is needed next.
        }
    }
}
