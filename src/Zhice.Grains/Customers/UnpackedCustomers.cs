namespace Zhice.Grains.Customers;

/// <summary>The states of a silo that are unpacked: those of the customers that were called last, a bounded number.</summary>
internal sealed class UnpackedCustomers
{
    /// <summary>
    /// How many stay unpacked. A customer's calls come in bursts, and to unpack one takes some microseconds; all that stay
    /// are alive whenever the collector comes, which stops the silo for a millisecond or two for each megabyte of them.
    /// </summary>
    private const int Capacity = 1_024;

    private readonly CommittedState?[] _ring = new CommittedState?[Capacity];
    private int _next;

    /// <summary>Lets a state stay unpacked, and packs the one that has been so for longest.</summary>
    public void Add(CommittedState state)
    {
        var place = (uint)Interlocked.Increment(ref _next) % Capacity;
        Interlocked.Exchange(ref _ring[place], state)?.Pack();
    }
}
