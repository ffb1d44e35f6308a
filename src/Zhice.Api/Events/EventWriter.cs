using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Customers;
using Zhice.Domain.Customers;

namespace Zhice.Api.Events;

/// <summary>Writes many customers' events: one call for each customer, several customers at a time.</summary>
internal sealed class EventWriter(IGrainFactory grains, ApiOptions options, TimeProvider time, ILogger<EventWriter> log)
{
    /// <summary>Lanes for the events of one stream, which end with it.</summary>
    public CustomerLanes OpenLanes(CancellationToken stop) => new(grains, options, time, log, stop);

    /// <summary>Writes events; those of a customer keep their order.</summary>
    /// <param name="customerIds">The customer of each event.</param>
    /// <param name="events">The events.</param>
    /// <param name="cancellation">Ends the work between two customers; what was begun goes on.</param>
    /// <returns>What became of each, in the same order.</returns>
    public async Task<EventOutcome[]> WriteAsync(string[] customerIds, CustomerEvent[] events, CancellationToken cancellation)
    {
        var outcomes = new EventOutcome[events.Length];
        var batches = ByCustomer(customerIds);
        if (batches.Count == 1)
        {
            await WriteAsync(customerIds[0], batches[0], events, outcomes);
            return outcomes;
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.CustomersAtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(
            batches, parallel, async (batch, _) => await WriteAsync(customerIds[batch[0]], batch, events, outcomes));
        return outcomes;
    }

    private static List<List<int>> ByCustomer(string[] customerIds)
    {
        var batches = new List<List<int>>();
        var byCustomer = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var i = 0; i < customerIds.Length; i++)
        {
            if (!byCustomer.TryGetValue(customerIds[i], out var batch))
            {
                byCustomer.Add(customerIds[i], batch = []);
                batches.Add(batch);
            }

            batch.Add(i);
        }

        return batches;
    }

    private async Task WriteAsync(string customerId, List<int> batch, CustomerEvent[] events, EventOutcome[] outcomes)
    {
        var builder = ImmutableArray.CreateBuilder<CustomerEvent>(batch.Count);
        foreach (var i in batch)
        {
            builder.Add(events[i]);
        }

        var answers = await grains.Customer(customerId).Record(builder.MoveToImmutable());
        for (var i = 0; i < batch.Count; i++)
        {
            outcomes[batch[i]] = answers[i];
        }
    }
}
