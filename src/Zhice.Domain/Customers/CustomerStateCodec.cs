using Zhice.Domain.Contacts;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Customers;

/// <summary>
/// Writes a customer's state as bytes, for the store and for the way to another silo. A leading byte names the format;
/// the parts follow in a fixed order, each with its length, so that an older reader can pass over newer parts. Format 1
/// is read and no longer written: 2 writes numbers and instants by their distance from what stands before.
/// </summary>
public static class CustomerStateCodec
{
    internal const byte Oldest = 1;

    private const byte Format = 2;

    /// <summary>The bytes of a state.</summary>
    public static byte[] ToBytes(CustomerState state)
    {
        using var stream = new MemoryStream(1024);
        using var writer = new BinaryWriter(stream);
        writer.Write(Format);
        Write(writer, state.Tags.ToBytes());
        Write(writer, state.LiveTags.ToBytes());
        Write(writer, state.Contacts.ToBytes());
        Write(writer, state.Consents.ToBytes());
        Write(writer, PartOf(state.CountedIds.Write));
        Write(writer, PartOf(state.AnsweredRequests.Write));
        Write(writer, PartOf(state.ContactLog.Write));
        Write(writer, PartOf(state.PastEvents.Write));
        return stream.ToArray();
    }

    /// <summary>Reads a state back.</summary>
    /// <exception cref="FormatException">They are not a state's bytes.</exception>
    public static CustomerState FromBytes(byte[] bytes) => Bytes.Read(bytes, Oldest, Format, "a customer", static (reader, format) => new CustomerState
    {
        Tags = TagSet.FromBytes(Part(reader)),
        LiveTags = LiveTagSet.FromBytes(Part(reader)),
        Contacts = ContactHistory.FromBytes(Part(reader)),
        Consents = ConsentSet.FromBytes(Part(reader)),
        CountedIds = Read(reader, format, CountedIds.Read),
        AnsweredRequests = Read(reader, format, AnsweredRequests.Read),
        ContactLog = Read(reader, format, ContactLog.Read),
        PastEvents = Read(reader, format, PastEvents.Read),
    });

    private static void Write(BinaryWriter writer, byte[] part)
    {
        writer.Write7BitEncodedInt(part.Length);
        writer.Write(part);
    }

    private static byte[] PartOf(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        write(writer);
        return stream.ToArray();
    }

    private static byte[] Part(BinaryReader reader) => reader.ReadBytes(reader.Count(int.MaxValue));

    private static T Read<T>(BinaryReader reader, byte format, Func<BinaryReader, byte, T> read)
    {
        using var part = new BinaryReader(new MemoryStream(Part(reader)));
        return read(part, format);
    }
}
