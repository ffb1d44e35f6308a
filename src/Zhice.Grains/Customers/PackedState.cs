using Zhice.Domain.Customers;

namespace Zhice.Grains.Customers;

/// <summary>
/// A customer's committed state: as the bytes that the store has, a third of the objects' size, until it is asked for;
/// then as objects, until <see cref="UnpackedCustomers"/> needs the place for another. Any thread may pack it.
/// </summary>
internal sealed class PackedState(UnpackedCustomers unpacked)
{
    private static readonly byte[] New = CustomerStateCodec.ToBytes(new CustomerState());

    // Null, the bytes, or an Open.
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
                if (held is Open open)
                {
                    return open.State;
                }

                var bytes = (byte[]?)held ?? New;
                var opened = new Open(CustomerStateCodec.FromBytes(bytes), bytes);
                if (Interlocked.CompareExchange(ref _held, opened, held) == held)
                {
                    unpacked.Add(this);
                    return opened.State;
                }
            }
        }
    }

    /// <summary>Puts the next state in its place.</summary>
    public void Change(CustomerState next)
    {
        if (Interlocked.Exchange(ref _held, new Open(next, next.ReadFrom)) is not Open)
        {
            unpacked.Add(this);
        }
    }

    /// <summary>Takes a state from another silo.</summary>
    public void Take(byte[] bytes) => Volatile.Write(ref _held, bytes);

    /// <summary>The state as bytes.</summary>
    public byte[] ToBytes() => Volatile.Read(ref _held) switch
    {
        Open open => BytesOf(open),
        byte[] bytes => bytes,
        _ => New,
    };

    /// <summary>Drops the objects; a state that comes meanwhile is packed as well.</summary>
    public void Pack()
    {
        while (Volatile.Read(ref _held) is Open open)
        {
            Interlocked.CompareExchange(ref _held, BytesOf(open), open);
        }
    }

    private static byte[] BytesOf(Open open)
    {
        var bytes = open.Bytes ?? CustomerStateCodec.ToBytes(open.State);
        return bytes.AsSpan().SequenceEqual(New) ? New : bytes;
    }

    // The bytes are known when it was read from them and is unchanged since.
    private sealed record Open(CustomerState State, byte[]? Bytes);
}
