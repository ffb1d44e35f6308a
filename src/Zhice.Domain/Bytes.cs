using System.Runtime.InteropServices;

namespace Zhice.Domain;

/// <summary>Writing to bytes, and reading what was written: whatever is wrong with it is a <see cref="FormatException"/>.</summary>
internal static class Bytes
{
    // More than nearly all states take.
    private const int Room = 4096;
    private const int MostKept = 1 << 16;

    // A thread's own, as states are written by the thousand; null while it writes.
    [ThreadStatic]
    private static BinaryWriter? _spare;

    /// <summary>What is written, as bytes.</summary>
    public static byte[] Of<T>(T what, Action<BinaryWriter, T> write)
    {
        var writer = _spare ?? new BinaryWriter(new MemoryStream(Room));
        _spare = null;
        var stream = (MemoryStream)writer.BaseStream;
        stream.SetLength(0);
        write(writer, what);
        var bytes = stream.ToArray();
        _spare = stream.Capacity <= MostKept ? writer : null;
        return bytes;
    }

    /// <summary>Writes a part behind its length, so that a reader can pass over what it does not know.</summary>
    /// <param name="writer">One that <see cref="Of"/> gave.</param>
    /// <param name="part">What is written.</param>
    /// <param name="write">How.</param>
    public static void WritePart<T>(this BinaryWriter writer, T part, Action<BinaryWriter, T> write)
    {
        var stream = (MemoryStream)writer.BaseStream;
        var start = (int)stream.Position;
        write(writer, part);
        var length = (int)stream.Position - start;

        // The length is known only now, and is put in front.
        writer.Write7BitEncodedInt(length);
        var bytes = stream.GetBuffer().AsSpan(start, (int)stream.Position - start);
        Span<byte> head = stackalloc byte[bytes.Length - length];
        bytes[length..].CopyTo(head);
        bytes[..length].CopyTo(bytes[head.Length..]);
        head.CopyTo(bytes);
    }

    /// <summary>Reads a part, and passes over what is behind that which is known of it.</summary>
    public static T ReadPart<T>(this BinaryReader reader, byte format, Func<BinaryReader, byte, T> read)
    {
        var length = reader.Count(int.MaxValue);
        var end = reader.BaseStream.Position + length;
        var part = read(reader, format);
        if (reader.BaseStream.Position > end)
        {
            throw new FormatException($"A part of {length} bytes says that it is longer.");
        }

        reader.BaseStream.Position = end;
        return part;
    }

    public static T Read<T>(byte[] bytes, byte format, string what, Func<BinaryReader, T> read) =>
        Read(bytes, format, format, what, (reader, _) => read(reader));

    /// <summary>Reads any of the formats from the oldest that is still understood to the newest.</summary>
    public static T Read<T>(byte[] bytes, byte oldest, byte newest, string what, Func<BinaryReader, byte, T> read) =>
        Read(bytes, what, reader => read(reader, reader.ReadFormat(oldest, newest, what)));

    public static T Read<T>(byte[] bytes, string what, Func<BinaryReader, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        try
        {
            return read(reader);
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or OverflowException or InvalidOperationException)
        {
            throw new FormatException($"The bytes of {what} are damaged: {fault.Message}", fault);
        }
    }

    /// <summary>Reads in which format follows what follows.</summary>
    public static byte ReadFormat(this BinaryReader reader, byte oldest, byte newest, string what)
    {
        var found = reader.ReadByte();
        return found >= oldest && found <= newest
            ? found
            : throw new FormatException($"The bytes of {what} begin with format {found}; format {newest} is known here.");
    }

    /// <summary>Reads how many items follow, each of at least a byte.</summary>
    public static int Count(this BinaryReader reader, int most)
    {
        var count = reader.Read7BitEncodedInt();
        var left = reader.BaseStream.Length - reader.BaseStream.Position;
        return count >= 0 && count <= most && count <= left
            ? count
            : throw new FormatException($"{count} items are said to follow; at most {Math.Min(most, left)} can.");
    }

    public static void Fill(this BinaryReader reader, Span<byte> bytes) => reader.BaseStream.ReadExactly(bytes);

    public static long[] ReadLongs(this BinaryReader reader, int most)
    {
        var numbers = new long[reader.Count(most)];
        reader.Fill(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    /// <summary>Writes a number in 1 to 10 bytes: near to 0 in few.</summary>
    public static void WriteSigned(this BinaryWriter writer, long number) =>
        writer.Write7BitEncodedInt64((number << 1) ^ (number >> 63));

    public static long ReadSigned(this BinaryReader reader)
    {
        var folded = reader.Read7BitEncodedInt64();
        return (long)((ulong)folded >> 1) ^ -(folded & 1);
    }

    /// <summary>Writes numbers that lie near to each other, such as instants, each by its distance from the one before.</summary>
    public static void WriteNear(this BinaryWriter writer, ReadOnlySpan<long> numbers)
    {
        writer.Write7BitEncodedInt(numbers.Length);
        var before = 0L;
        foreach (var number in numbers)
        {
            writer.WriteSigned(unchecked(number - before));
            before = number;
        }
    }

    public static long[] ReadNear(this BinaryReader reader, int most)
    {
        var numbers = new long[reader.Count(most)];
        var before = 0L;
        foreach (ref var number in numbers.AsSpan())
        {
            number = before = unchecked(before + reader.ReadSigned());
        }

        return numbers;
    }

    public static void WriteNumber(this BinaryWriter writer, ushort number) => writer.Write7BitEncodedInt(number);

    public static ushort ReadNumber(this BinaryReader reader) => checked((ushort)reader.Read7BitEncodedInt());
}
