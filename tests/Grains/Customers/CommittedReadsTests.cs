using Orleans.Core.Internal;
using Zhice.Contracts.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Tests.Customers;

/// <summary>Recommendations that are read without a turn of the customer, beside writes and on other threads.</summary>
public sealed class CommittedReadsTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    private static readonly RecommendQuery Query = new("app_home", 3, [], "", 0);

    // Every other write refuses personalization, and each makes the next version: so a decision tells by which state it was made.
    [Fact]
    public async Task A_read_has_all_that_was_acknowledged_before_it_and_each_state_with_its_own_version()
    {
        const int Writes = 400;
        var read = await Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
        {
            var (id, read) = ($"read-{n}", 0);
            var first = await SayAsync(id, 0);
            var acknowledged = first;
            using var end = new CancellationTokenSource();
            var readers = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    for (var newest = 0L; !end.IsCancellationRequested;)
                    {
                        newest = Math.Max(newest, Volatile.Read(ref acknowledged));
                        if (grid.TryRecommend(id) is { } decision)
                        {
                            Assert.InRange(decision.StateVersion, newest, first + Writes);
                            Assert.Equal((decision.StateVersion - first) % 2 == 0, decision.IsPersonalized);
                            newest = decision.StateVersion;
                            Interlocked.Increment(ref read);
                        }
                    }
                },
                TaskCreationOptions.LongRunning)).ToList();
            for (var write = 1; write <= Writes; write++)
            {
                Assert.Equal(first + write, await SayAsync(id, write));
                Volatile.Write(ref acknowledged, first + write);
            }

            await end.CancelAsync();
            await Task.WhenAll(readers);
            return read;
        }));

        Assert.All(read, static count => Assert.NotEqual(0, count));
    }

    [Fact]
    public async Task Who_is_not_active_here_or_of_whom_nothing_is_kept_is_called()
    {
        Assert.Null(Read("nobody"));
        await grid.Grains.GetGrain<ICustomerGrain>("nobody").Recommend(Query);
        Assert.Null(Read("nobody"));

        await SayAsync("away", 1);
        Assert.NotNull(Read("away"));
        await grid.Grains.GetGrain<ICustomerGrain>("away").Cast<IGrainManagementExtension>().DeactivateOnIdle();
        while (Read("away") is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Ids_of_any_length_find_their_own_customer()
    {
        // One is the beginning of the next, short ones are compared in the table and long ones at the customer.
        int[] lengths = [1, 2, 15, 16, 17, 22, 23, 24, 25, 64];
        string[] ids = [.. lengths.Select(static length => new string('7', length)), "客户", "客户一二三四五", "客户一二三四五六"];
        var versions = new Dictionary<string, long>();
        foreach (var (n, id) in ids.Index())
        {
            for (var write = 0; write <= n; write++)
            {
                versions[id] = await SayAsync(id, write);
            }
        }

        Assert.All(versions, each => Assert.Equal(each.Value, Read(each.Key)!.StateVersion));
        Assert.Equal(ids.Length, versions.Values.Distinct().Count());
        Assert.All([3, 14, 18, 21, 26, 63], length => Assert.Null(Read(new string('7', length))));
    }

    [Fact]
    public async Task An_erased_customer_is_not_read_and_a_decision_of_before_is_not_shown()
    {
        await SayAsync("erased", 2);
        var decision = Read("erased")!;
        Assert.NotNull(await grid.Grains.GetGrain<ICustomerGrain>("erased").Explain(decision.Id));

        await grid.Grains.GetGrain<ICustomerGrain>("erased").Erase("r1");

        Assert.Null(Read("erased"));
        Assert.Null(await grid.Grains.GetGrain<ICustomerGrain>("erased").Explain(decision.Id));
    }

    // The first of a while is left to a call, so that the runtime keeps the customer.
    private Decision? Read(string id) => grid.TryRecommend(id) ?? grid.TryRecommend(id);

    private async Task<long> SayAsync(string id, int write) => (await grid.Grains.GetGrain<ICustomerGrain>(id).UpdateConsent(
        new(0, Purpose.Personalization, write % 2 == 0, "", 0))).Version;
}
