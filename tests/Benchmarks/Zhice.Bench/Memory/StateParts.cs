using System.Diagnostics;
using Zhice.Bench.Customers;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Bench.Memory;

/// <summary>What each part of a customer's state takes on the heap, read from bytes and after it was copied for a write.</summary>
internal static class StateParts
{
    private static readonly (string Name, Func<CustomerState, object> Of)[] Parts =
    [
        ("all of it", static state => state),
        (nameof(TagSet), static state => state.Tags),
        (nameof(LiveTagSet), static state => state.LiveTags),
        (nameof(ContactHistory), static state => state.Contacts),
        (nameof(ConsentSet), static state => state.Consents),
        (nameof(CountedIds), static state => state.CountedIds),
        (nameof(AnsweredRequests), static state => state.AnsweredRequests),
        (nameof(ContactLog), static state => state.ContactLog),
        (nameof(PastEvents), static state => state.PastEvents),
    ];

    public static void Print(int customers)
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var models = Enumerable.Range(0, 1_024).Select(seed => CustomerStateCodec.ToBytes(ModelCustomer.Create(seed, nowMs))).ToArray();
        Console.WriteLine();
        Console.WriteLine(
            $"Bytes on the heap of a part of the state; as bytes in the store the whole has {models.Average(bytes => bytes.Length):N0}");
        Console.WriteLine($"{"",-18} {"as read",10} {"as copied",10}");
        foreach (var (name, of) in Parts)
        {
            var read = Measure(customers, i => of(CustomerStateCodec.FromBytes(models[i % models.Length])));
            var copied = Measure(customers, i => of(CustomerStateCodec.FromBytes(models[i % models.Length]).Clone()));
            Console.WriteLine($"{name,-18} {read,10:N0} {copied,10:N0}");
        }

        var states = Array.ConvertAll(models, CustomerStateCodec.FromBytes);
        Console.WriteLine($"to unpack one takes {Least(i => CustomerStateCodec.FromBytes(models[i])):0.0} µs, to pack one {Least(i => CustomerStateCodec.ToBytes(states[i])):0.0} µs (least of 100 batches)");
    }

    // The least: what the machine's other work adds is no cost of ours.
    private static double Least(Func<int, object> action)
    {
        var least = double.MaxValue;
        for (var batch = 0; batch < 100; batch++)
        {
            var begun = Stopwatch.GetTimestamp();
            for (var i = 0; i < 256; i++)
            {
                GC.KeepAlive(action(i));
            }

            least = Math.Min(least, Stopwatch.GetElapsedTime(begun).TotalMicroseconds / 256);
        }

        return least;
    }

    private static double Measure(int customers, Func<int, object> create)
    {
        var kept = new object[customers];
        var before = ProcessMemory.Measure().Heap;
        for (var i = 0; i < customers; i++)
        {
            kept[i] = create(i);
        }

        var after = ProcessMemory.Measure().Heap;
        GC.KeepAlive(kept);
        return (after - before) / (double)customers;
    }
}
