using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Zhice.Domain.Primitives;

namespace Zhice.Domain;

/// <summary>Reads what a <see cref="ByteWriter"/> has written.</summary>
/// <remarks>Each method throws <see cref="FormatException"/> or <see cref="EndOfStreamException"/> when it is not there.</remarks>
internal sealed class ByteReader(byte[] bytes)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int _at;
    private int _endOfPart;

    /// <summary>Whether nothing is left of the part that is being read.</summary>
    public bool IsAtEndOfPart => _at >= _endOfPart;

    private int Left => bytes.Length - _at;

    /// <summary>Begins with other bytes.</summary>
    public void Restart(byte[] next) => (bytes, _at, _endOfPart) = (next, 0, 0);

    public byte ReadByte() => _at < bytes.Length ? bytes[_at++] : throw new EndOfStreamException("The bytes end too early.");

    public bool ReadBoolean() => ReadByte() != 0;

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Next(sizeof(ushort)));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Next(sizeof(uint)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Next(sizeof(long)));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Next(sizeof(ulong)));

    public float ReadSingle() => BinaryPrimitives.ReadSingleLittleEndian(Next(sizeof(float)));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Next(sizeof(double)));

    public byte[] ReadBytes(int count) => Next(count).ToArray();

    public string ReadString() => Strict.GetString(Next(Count(int.MaxValue)));

    public void Fill(Span<byte> bytes) => Next(bytes.Length).CopyTo(bytes);

    /// <summary>Reads how many items follow, each of at least a byte.</summary>
    public int Count(int max)
    {
        var count = ReadCount();
        return count >= 0 && count <= max && count <= Left
            ? count
            : throw new FormatException($"{count} items are said to follow; at most {Math.Min(max, Left)} can.");
    }

    /// <summary>Reads a number from 0.</summary>
    public int ReadCount() => unchecked((int)checked((uint)Read7Bits()));

    public ushort ReadNumber() => checked((ushort)Read7Bits());

    public long ReadSigned()
    {
        var folded = Read7Bits();
        return (long)(folded >> 1) ^ -(long)(folded & 1);
    }

    /// <summary>Reads a number from 0.</summary>
    public long ReadLong() => (long)Read7Bits();

    public long[] ReadLongs(int max)
    {
        var numbers = new long[Count(max)];
        Fill(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    public long[] ReadNear(int max)
    {
        var numbers = new long[Count(max)];
        var before = 0L;
        foreach (ref var number in numbers.AsSpan())
        {
            number = before = unchecked(before + ReadSigned());
        }

        return numbers;
    }

    /// <summary>Reads a contact's id.</summary>
    public ContactId ReadContactId() => new(new(ReadUInt64(), ReadUInt64()), ReadNumber());

    /// <summary>Reads how many items follow, and the items.</summary>
    /// <param name="max">How many there may be.</param>
    /// <param name="spare">How many more the list has room for.</param>
    public List<T> ReadItems<T>(int max, int spare = 0)
        where T : struct, IStoredItem<T>
    {
        var count = Count(max);
        var items = new List<T>(count + spare);
        for (; count > 0; count--)
        {
            items.Add(T.Read(this));
        }

        return items;
    }

    /// <summary>Reads in which format follows what follows.</summary>
    public byte ReadFormat(byte oldest, byte newest, string what)
    {
        var found = ReadByte();
        return found >= oldest && found <= newest
            ? found
            : throw new FormatException($"The bytes of {what} begin with format {found}; format {newest} is known here.");
    }

    /// <summary>Reads a part, and passes over what is behind that which is known of it.</summary>
    public T ReadPart<T>(byte format, Func<ByteReader, byte, T> read)
    {
        var length = Count(int.MaxValue);
        var (end, endAround) = (_at + length, _endOfPart);
        _endOfPart = end;
        var part = read(this, format);
        if (_at > end)
        {
            throw new FormatException($"A part of {length} bytes says that it is longer.");
        }

        (_at, _endOfPart) = (end, endAround);
        return part;
    }

    /// <summary>Passes over a part.</summary>
    public void SkipPart() => Next(Count(int.MaxValue));

    /// <summary>Whether the next part has these bytes and no others; it is still to be read.</summary>
    public bool IsNextPart(ReadOnlySpan<byte> content)
    {
        var start = _at;
        var length = Count(int.MaxValue);
        var isIt = length == content.Length && bytes.AsSpan(_at, length).SequenceEqual(content);
        _at = start;
        return isIt;
    }

    // Nearly all numbers are below 128.
    private ulong Read7Bits()
    {
        if (_at < bytes.Length && bytes[_at] <= 0x7f)
        {
            return bytes[_at++];
        }

        return ReadMore7Bits();
    }

    private ulong ReadMore7Bits()
    {
        var number = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            number |= (ulong)(next & 0x7f) << shift;
            if (next <= 0x7f)
            {
                return number;
            }
        }

        throw new FormatException("A number is longer than numbers are.");
    }

    private ReadOnlySpan<byte> Next(int length)
    {
        if ((uint)length > (uint)Left)
        {
            throw new EndOfStreamException("The bytes end too early.");
        }

        var start = _at;
        _at += length;
        return bytes.AsSpan(start, length);
    }
}
