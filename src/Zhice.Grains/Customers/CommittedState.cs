using Zhice.Domain.Customers;

namespace Zhice.Grains.Customers;

/// <summary>
/// A customer's committed state with its version: as the bytes that the store has, a third of the objects' size, until it is asked
/// for; then as objects, until <see cref="UnpackedCustomers"/> needs the place for another. Any thread may read and pack it; one
/// publishes.
/// </summary>
internal sealed class CommittedState(UnpackedCustomers unpacked)
{
    // The version after a write that failed: what is in memory may not be what the store has, and goes nowhere.
    private const long InDoubt = -1;

    private static readonly byte[] New = CustomerStateCodec.ToBytes(new CustomerState());

    // Null, the bytes, or a CustomerState.
    private object? _held;
    private long _version;

    /// <summary>The version of the state in the store; 0: nothing is kept there; below 0: the state is in doubt.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Whether the store may have another state.</summary>
    public bool IsInDoubt => Version == InDoubt;

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

    /// <summary>The state for a look at a few of its parts: what is packed stays so, and only what is asked for is read.</summary>
    public CustomerState Look() => Volatile.Read(ref _held) switch
    {
        CustomerState state => state,
        byte[] bytes => CustomerStateCodec.Open(bytes),
        _ => Current,
    };

    /// <summary>Reads the state with its own version, on any thread.</summary>
    /// <param name="state">The state.</param>
    /// <param name="version">Its version.</param>
    /// <param name="staysUnpacked">Whether a call may be expected soon; else a packed state stays so, and only what is asked for is read.</param>
    /// <returns>False when nothing is kept of the customer, the state is in doubt, or the next one takes its place.</returns>
    public bool TryRead(out CustomerState state, out long version, bool staysUnpacked = true)
    {
        version = Version;
        state = version > 0 ? staysUnpacked ? Current : Look() : null!;
        return version > 0 && Version == version;
    }

    /// <summary>Puts the next state in its place. Readers on other threads get one of the two with its own version, or none.</summary>
    /// <param name="next">The state.</param>
    /// <param name="version">Its version, above that of the state before; 0 when nothing is kept any more.</param>
    /// <param name="staysUnpacked">Whether a call may be expected soon.</param>
    public void Publish(CustomerState next, long version, bool staysUnpacked = true)
    {
        Volatile.Write(ref _version, InDoubt);
        if (!staysUnpacked)
        {
            Volatile.Write(ref _held, GetBytes(next));
        }
        else if (Interlocked.Exchange(ref _held, next) is not CustomerState)
        {
            unpacked.Add(this);
        }

        Volatile.Write(ref _version, version);
    }

    /// <summary>Puts a state that was packed elsewhere in its place, and leaves it packed.</summary>
    /// <param name="packed">Its bytes; null when nothing is kept.</param>
    /// <param name="version">Its version; 0 when nothing is kept.</param>
    public void Publish(byte[]? packed, long version)
    {
        Volatile.Write(ref _version, InDoubt);
        Volatile.Write(ref _held, packed ?? New);
        Volatile.Write(ref _version, version);
    }

    /// <summary>Says that the store may have another state. The next that is published ends it.</summary>
    public void Doubt() => Volatile.Write(ref _version, InDoubt);

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
