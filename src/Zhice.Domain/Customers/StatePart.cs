namespace Zhice.Domain.Customers;

/// <summary>A part of a customer's state that can be read by itself from the bytes of the state.</summary>
/// <typeparam name="T">The type of the part.</typeparam>
/// <param name="place">Its place among the parts, from 0.</param>
/// <param name="read">Reads it, in the format of the state.</param>
internal sealed class StatePart<T>(int place, Func<ByteReader, byte, T> read)
    where T : class, new()
{
    // Shared by all states in which there is nothing of this part.
    private readonly T _empty = new();

    /// <summary>The part in the bytes of a state; a part in which there is nothing is shared, so it is not to be changed.</summary>
    /// <exception cref="FormatException">They are not a state's bytes.</exception>
    public T Read(byte[] state) => CustomerStateCodec.TryReadPart(state, place, read) ?? _empty;

    /// <summary>Reads the part at its place, behind the parts before it.</summary>
    public T ReadNext(ByteReader reader, byte format) => reader.ReadPart(format, read);
}
