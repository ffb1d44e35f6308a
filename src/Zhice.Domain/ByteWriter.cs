using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Zhice.Domain.Primitives;

namespace Zhice.Domain;

/// <summary>
/// Writes to bytes that grow, numbers with the lowest byte first: what <see cref="BinaryWriter"/> writes, without a stream
/// below it, as states are written by the thousand.
/// </summary>
internal sealed class ByteWriter(int room)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private byte[] _bytes = new byte[room];

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    /// <summary>How many there is room for.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>Begins anew.</summary>
    public void Clear() => Length = 0;

    /// <summary>A copy of what was written.</summary>
    public byte[] ToArray() => _bytes.AsSpan(0, Length).ToArray();

    public void Write(byte value) => Next(sizeof(byte))[0] = value;

    public void Write(bool value) => Write(value ? (byte)1 : (byte)0);

    public void Write(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Next(sizeof(ushort)), value);

    public void Write(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Next(sizeof(uint)), value);

    public void Write(long value) => BinaryPrimitives.WriteInt64LittleEndian(Next(sizeof(long)), value);

    public void Write(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Next(sizeof(ulong)), value);

    public void Write(float value) => BinaryPrimitives.WriteSingleLittleEndian(Next(sizeof(float)), value);

    public void Write(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Next(sizeof(double)), value);

    public void Write(ReadOnlySpan<byte> value) => value.CopyTo(Next(value.Length));

    /// <summary>Writes a text behind the length of its UTF-8.</summary>
    public void Write(string value)
    {
        var length = Strict.GetByteCount(value);
        WriteCount(length);
        Strict.GetBytes(value, Next(length));
    }

    /// <summary>Writes a number from 0 in 1 to 5 bytes: a small one in few.</summary>
    public void WriteCount(int number) => Write7Bits((uint)number);

    /// <summary>Writes a number of a tag, an action or the like.</summary>
    public void WriteNumber(ushort number) => Write7Bits(number);

    /// <summary>Writes a number in 1 to 10 bytes: near to 0 in few.</summary>
    public void WriteSigned(long number) => Write7Bits((ulong)((number << 1) ^ (number >> 63)));

    /// <summary>Writes a number from 0 in 1 to 10 bytes: a small one in few.</summary>
    public void WriteLong(long number) => Write7Bits((ulong)number);

    /// <summary>Writes numbers that lie near to each other, such as instants, each by its distance from the one before.</summary>
    public void WriteNear(ReadOnlySpan<long> numbers)
    {
        WriteCount(numbers.Length);
        var before = 0L;
        foreach (var number in numbers)
        {
            WriteSigned(unchecked(number - before));
            before = number;
        }
    }

    /// <summary>Writes a part behind its length, so that a reader can pass over what it does not know.</summary>
    public void WritePart<T>(T part, Action<ByteWriter, T> write)
    {
        var start = Length;
        write(this, part);
        var length = Length - start;

        // The length is known only now, and is put in front.
        WriteCount(length);
        var bytes = _bytes.AsSpan(start, Length - start);
        Span<byte> head = stackalloc byte[bytes.Length - length];
        bytes[length..].CopyTo(head);
        bytes[..length].CopyTo(bytes[head.Length..]);
        head.CopyTo(bytes);
    }

    /// <summary>Writes a contact's id.</summary>
    public void Write(ContactId id)
    {
        Write(id.Decision.High);
        Write(id.Decision.Low);
        WriteNumber(id.Action);
    }

    /// <summary>Writes how many items follow, and the items.</summary>
    public void WriteItems<T>(List<T> items)
        where T : struct, IStoredItem<T>
    {
        WriteCount(items.Count);
        foreach (ref readonly var item in CollectionsMarshal.AsSpan(items))
        {
            item.Write(this);
        }
    }

    // Seven bits a byte, the lowest first; the eighth says that more follow.
    private void Write7Bits(ulong number)
    {
        while (number > 0x7f)
        {
            Write((byte)(number | 0x80));
            number >>= 7;
        }

        Write((byte)number);
    }

    private Span<byte> Next(int length)
    {
        var start = Length;
        if (_bytes.Length - start < length)
        {
            Array.Resize(ref _bytes, Math.Max(checked(start + length), (int)Math.Min(2L * _bytes.Length, Array.MaxLength)));
        }

        Length = start + length;
        return _bytes.AsSpan(start, length);
    }
}
