using System.Runtime.InteropServices;

namespace Zhice.Domain;

/// <summary>Reading what was written as bytes: whatever is wrong with them is a <see cref="FormatException"/>.</summary>
internal static class Bytes
{
    public static T Read<T>(byte[] bytes, byte format, string what, Func<BinaryReader, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        try
        {
            if (reader.ReadByte() is var found && found != format)
            {
                throw new FormatException($"The bytes of {what} begin with format {found}; format {format} is known here.");
            }

            return read(reader);
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

    public static void WriteLongs(this BinaryWriter writer, ReadOnlySpan<long> numbers)
    {
        writer.Write7BitEncodedInt(numbers.Length);
        writer.Write(MemoryMarshal.AsBytes(numbers));
    }
}
