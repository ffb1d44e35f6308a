using Zhice.Domain.Customers;

namespace Zhice.Grains.Customers;

/// <summary>
/// A customer's committed state: as the bytes that the store has, a third of the objects' size, until it is asked for;
/// then as objects, until <see cref="UnpackedCustomers"/> needs the place for another. Any thread may pack it.
/// </summary>
internal sealed class PackedState(UnpackedCustomers unpacked)
{
    private static readonly byte[] New = CustomerStateCodec.ToBytes(new CustomerState());

    // Null, the bytes, or a CustomerState.
    private object? _held;

    /// <summary>False until the first state is given.</summary>
    public bool IsKnown => Volatile.Read(ref _held) is not null;

    /// <summary>The state, which is shared and never changes.</summary>
    public CustomerState Current
    {
        get
        {
            while (true)
            {
                var held = Volatile.Read(ref _held);
                if (held is CustomerState state)
                {
                    return state;
                }

                var unpackedNow = CustomerStateCodec.Unpack((byte[]?)held ?? New);
                if (Interlocked.CompareExchange(ref _held, unpackedNow, held) == held)
                {
                    unpacked.Add(this);
                    return unpackedNow;
                }
            }
        }
    }

    /// <summary>A copy to change, for a call after which none is to be expected soon: what is packed stays so.</summary>
    public CustomerState Copy() => Volatile.Read(ref _held) switch
    {
        CustomerState state => state.Clone(),
        var bytes => CustomerStateCodec.FromBytes((byte[]?)bytes ?? New),
    };

    /// <summary>Puts the next state in its place.</summary>
    /// <param name="next">The state.</param>
    /// <param name="staysUnpacked">Whether a call may be expected soon.</param>
    public void Change(CustomerState next, bool staysUnpacked = true)
    {
        if (!staysUnpacked)
        {
            Take(GetBytes(next));
        }
        else if (Interlocked.Exchange(ref _held, next) is not CustomerState)
        {
            unpacked.Add(this);
        }
    }

    /// <summary>Takes a state as bytes.</summary>
    public void Take(byte[] bytes) => Volatile.Write(ref _held, bytes);

    /// <summary>The state as bytes.</summary>
    public byte[] ToBytes() => Volatile.Read(ref _held) switch
    {
        CustomerState state => GetBytes(state),
        byte[] bytes => bytes,
        _ => New,
    };

    /// <summary>Drops the objects; a state that comes meanwhile is packed as well.</summary>
    public void Pack()
    {
        while (Volatile.Read(ref _held) is CustomerState state)
        {
            Interlocked.CompareExchange(ref _held, GetBytes(state), state);
        }
    }

    // Customers of whom nothing is known share their bytes.
    private static byte[] GetBytes(CustomerState state) =>
        CustomerStateCodec.Pack(state) is var bytes && bytes.AsSpan().SequenceEqual(New) ? New : bytes;
}
