using System.Runtime.InteropServices;

namespace Zhice.Domain;

/// <summary>Reading what was written as bytes: whatever is wrong with them is a <see cref="FormatException"/>.</summary>
internal static class Bytes
{
    public static T Read<T>(byte[] bytes, byte format, string what, Func<BinaryReader, T> read) =>
        Read(bytes, format, format, what, (reader, _) => read(reader));

    /// <summary>Reads any of the formats from the oldest that is still understood to the newest.</summary>
    public static T Read<T>(byte[] bytes, byte oldest, byte newest, string what, Func<BinaryReader, byte, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        try
        {
            var found = reader.ReadByte();
            return found >= oldest && found <= newest
                ? read(reader, found)
                : throw new FormatException($"The bytes of {what} begin with format {found}; format {newest} is known here.");
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or OverflowException or InvalidOperationException)
        {
            throw new FormatException($"The bytes of {what} are damaged: {fault.Message}", fault);
        }
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
