using System.Collections.Immutable;
using Zhice.Bench.Customers;
using Zhice.Contracts.Customers;

namespace Zhice.Bench.Memory;

/// <summary>What the silo is filled with.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Meaning">What the difference to the one before shows.</param>
/// <param name="HasStoredCustomers">Whether customers have a state in the store.</param>
/// <param name="TouchAsync">Makes the grain with an id active, and does with it what is to be shown.</param>
internal sealed record Population(string Name, string Meaning, bool HasStoredCustomers, Func<IGrainFactory, string, Task> TouchAsync)
{
    public static ImmutableArray<Population> All { get; } =
    [
        new("bare", "a grain that holds nothing: the runtime", false,
            async (grains, id) => await grains.GetGrain<IBareGrain>(id).Touch()),
        new("stateful", "the same with one persistent state that is empty", false,
            async (grains, id) => await grains.GetGrain<IStatefulGrain>(id).Touch()),
        new("unknown", "a customer never heard of", false,
            async (grains, id) => await grains.GetGrain<ICustomerGrain>(id).Find()),
        new("customer", "an active customer as the store has it: the bar is 4,096", true,
            async (grains, id) => await grains.GetGrain<ICustomerGrain>(id).Find()),
        new("written", "the same after an event was recorded", true, RecordAsync),
        new("decided", "the same after a decision, which is remembered", true, RecommendAsync),
    ];

    public static Population Named(string name) =>
        All.FirstOrDefault(population => population.Name == name)
        ?? throw new ArgumentException($"There is no population '{name}'; there are {string.Join(", ", All.Select(known => known.Name))}.");

    private static async Task RecordAsync(IGrainFactory grains, string id)
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await grains.GetGrain<ICustomerGrain>(id).Record([ModelCustomer.Happened($"now-{id}", "app_open", nowMs, Random.Shared)]);
    }

    private static async Task RecommendAsync(IGrainFactory grains, string id) =>
        await grains.GetGrain<ICustomerGrain>(id).Recommend(new RecommendQuery("app_home", 3, [], "", 0));
}
