namespace Zhice.Grains.Customers;

/// <summary>The states of a silo that are unpacked: those of the customers that were called last, a bounded number.</summary>
internal sealed class UnpackedCustomers
{
    /// <summary>
    /// How many stay unpacked. A customer's calls come in bursts of some seconds; at 8 KB each this takes 64 MB at most.
    /// </summary>
    private const int Capacity = 8_192;

    private readonly PackedState?[] _ring = new PackedState?[Capacity];
    private int _next;

    /// <summary>Lets a state stay unpacked, and packs the one that has been so for longest.</summary>
    public void Add(PackedState state)
    {
        var place = (uint)Interlocked.Increment(ref _next) % Capacity;
        Interlocked.Exchange(ref _ring[place], state)?.Pack();
    }
}
