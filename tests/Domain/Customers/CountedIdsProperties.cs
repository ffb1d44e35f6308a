using FsCheck.Xunit;
using Zhice.Domain.Customers;

namespace Zhice.Domain.Tests.Customers;

/// <summary>The bounded memory of ids against a set that forgets nothing.</summary>
public sealed class CountedIdsProperties
{
    private const long HourMs = 3_600_000;

    [Property(MaxTest = 300)]
    public void No_id_is_ever_counted_twice_even_when_the_clock_goes_back((byte Id, byte Gap)[] events)
    {
        var memory = new CountedIds();
        var counted = new HashSet<string>();
        var now = Bank.Now;
        foreach (var (id, gap) in events)
        {
            now += ((gap % 40) - 10) * HourMs;
            var atMs = Bank.Now + (id * HourMs);
            var name = $"{id}:{atMs}";
            var found = memory.Find(name, atMs, now);
            if (found == CountedBefore.No)
            {
                Assert.True(counted.Add(name), $"{name} is counted twice");
                memory.Add(name, atMs, now);
                memory = memory.Clone();
            }
            else if (found == CountedBefore.Yes)
            {
                Assert.Contains(name, counted);
            }
        }
    }

    [Property(MaxTest = 15)]
    public void A_busy_customer_is_remembered_in_512_ids_and_nothing_is_counted_twice(int seed)
    {
        var dice = new Random(seed);
        var memory = new CountedIds();
        var counted = new HashSet<int>();
        for (var i = 0; i < 4000; i++)
        {
            var now = Bank.Now + (i * 60_000L);
            var id = Math.Max(0, i - dice.Next(1500));
            if (memory.Find($"{id}", Bank.Now + (id * 60_000L), now) == CountedBefore.No)
            {
                Assert.True(counted.Add(id), $"{id} is counted twice");
                memory.Add($"{id}", Bank.Now + (id * 60_000L), now);
            }

            Assert.InRange(memory.Count, 0, CountedIds.Capacity);
        }

        Assert.Equal(CountedIds.Capacity, memory.Count);
    }

    [Fact]
    public void Within_its_bounds_it_remembers_each_id_and_counts_every_new_one()
    {
        var memory = new CountedIds();
        for (var i = 0; i < CountedIds.Capacity; i++)
        {
            Assert.Equal(CountedBefore.No, memory.Find($"{i}", Bank.Now - i, Bank.Now));
            memory.Add($"{i}", Bank.Now - i, Bank.Now);
        }

        Assert.All(
            Enumerable.Range(0, CountedIds.Capacity), i => Assert.Equal(CountedBefore.Yes, memory.Find($"{i}", Bank.Now - i, Bank.Now)));
        var reach = (long)CountedIds.Reach.TotalMilliseconds;
        Assert.Equal(CountedBefore.No, memory.Find("other", Bank.Now - reach, Bank.Now));
        Assert.Equal(CountedBefore.TooOldToTell, memory.Find("other", Bank.Now - reach - 1, Bank.Now));

        memory.Add("other", Bank.Now, Bank.Now);
        Assert.Equal(CountedBefore.TooOldToTell, memory.Find("late", Bank.Now - CountedIds.Capacity + 1, Bank.Now));
        Assert.Equal(CountedBefore.No, memory.Find("late", Bank.Now - CountedIds.Capacity + 2, Bank.Now));
    }

    [Fact]
    public void A_clone_does_not_change_with_the_original()
    {
        var memory = new CountedIds();
        memory.Add("a", Bank.Now, Bank.Now);
        var clone = memory.Clone();
        memory.Add("b", Bank.Now, Bank.Now);

        Assert.Equal((2, 1), (memory.Count, clone.Count));
        Assert.Equal(CountedBefore.No, clone.Find("b", Bank.Now, Bank.Now));
        Assert.Equal(CountedBefore.Yes, clone.Find("a", Bank.Now, Bank.Now));
    }
}
