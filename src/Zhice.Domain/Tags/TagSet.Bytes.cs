using System.Runtime.InteropServices;

namespace Zhice.Domain.Tags;

/// <content>Tags as bytes: four to eight a tag.</content>
public sealed partial class TagSet
{
    private const byte Oldest = 1;
    private const byte Format = 2;

    /// <summary>The tags as bytes.</summary>
    public byte[] ToBytes() => Bytes.Write(this, static (writer, all) => all.Write(writer));

    /// <summary>Reads tags back.</summary>
    /// <exception cref="FormatException">They are not the bytes of tags.</exception>
    public static TagSet FromBytes(byte[] bytes) => Bytes.Read(bytes, "tags", Read);

    internal void Write(ByteWriter writer)
    {
        writer.Write(Format);
        writer.WriteCount(_tags.Length);
        for (var i = 0; i < _tags.Length; i++)
        {
            writer.WriteCount(i == 0 ? _tags[0] : _tags[i] - _tags[i - 1]);
        }

        WriteStamps(writer);
        foreach (var bits in _bits)
        {
            writer.WriteSigned(bits);
        }

        writer.WriteCount(_texts.Count);
        for (var i = 0; i < _texts.Count; i++)
        {
            writer.WriteNumber(_texts.Tags[i]);
            writer.Write(_texts.Values[i]);
        }

        writer.WriteCount(_expiries.Count);
        for (var i = 0; i < _expiries.Count; i++)
        {
            writer.WriteNumber(_expiries.Tags[i]);
            writer.WriteSigned(_expiries.Values[i]);
        }
    }

    internal static TagSet Read(ByteReader reader)
    {
        var format = reader.ReadFormat(Oldest, Format, "tags");
        var count = reader.Count(ushort.MaxValue);
        var set = new TagSet
        {
            _tags = new ushort[count],
            _writtenAt = new uint[count],
            _sources = new byte[count],
            _bits = new long[count],
        };
        if (format == Oldest)
        {
            reader.Fill(MemoryMarshal.AsBytes(set._tags.AsSpan()));
            reader.Fill(MemoryMarshal.AsBytes(set._writtenAt.AsSpan()));
            reader.Fill(set._sources);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                set._tags[i] = checked((ushort)((i == 0 ? 0 : set._tags[i - 1]) + reader.ReadCount()));
            }

            set.ReadStamps(reader);
        }

        foreach (ref var bits in set._bits.AsSpan())
        {
            bits = reader.ReadSigned();
        }

        set._texts = ReadFew(reader, count, format, static (reader, _) => reader.ReadString());
        set._expiries = ReadFew(
            reader, count, format, static (reader, format) => format == Oldest ? reader.ReadInt64() : reader.ReadSigned());
        for (var i = 1; i < count; i++)
        {
            if (set._tags[i - 1] >= set._tags[i])
            {
                throw new FormatException("The numbers of tags are not in order.");
            }
        }

        return set;
    }

    private static TagMap<T> ReadFew<T>(ByteReader reader, int maxCount, byte format, Func<ByteReader, byte, T> read)
    {
        var count = reader.Count(maxCount);
        if (count == 0)
        {
            return default;
        }

        var (tags, values) = (new ushort[count], new T[count]);
        for (var i = 0; i < count; i++)
        {
            tags[i] = format == Oldest ? reader.ReadUInt16() : reader.ReadNumber();
            values[i] = read(reader, format);
        }

        return TagMap<T>.Create(tags, values);
    }

    // Tags come many at a time, so few times and sources are distinct: those are written once, in the order of their
    // first tag, and each tag says which one is its.
    private void WriteStamps(ByteWriter writer)
    {
        Span<ulong> distinct = _tags.Length <= 256 ? stackalloc ulong[_tags.Length] : new ulong[_tags.Length];
        Span<ushort> places = _tags.Length <= 256 ? stackalloc ushort[_tags.Length] : new ushort[_tags.Length];
        var count = 0;
        for (var i = 0; i < _tags.Length; i++)
        {
            var stamp = ((ulong)_writtenAt[i] << 8) | _sources[i];
            var place = distinct[..count].IndexOf(stamp);
            if (place < 0)
            {
                (place, distinct[count]) = (count, stamp);
                count++;
            }

            places[i] = (ushort)place;
        }

        writer.WriteCount(count);
        foreach (var stamp in distinct[..count])
        {
            writer.Write((uint)(stamp >> 8));
            writer.Write((byte)stamp);
        }

        foreach (var place in places)
        {
            writer.WriteNumber(place);
        }
    }

    private void ReadStamps(ByteReader reader)
    {
        var count = reader.Count(_tags.Length);
        Span<(uint WrittenAt, byte Source)> stamps = count <= 256 ? stackalloc (uint, byte)[count] : new (uint, byte)[count];
        foreach (ref var stamp in stamps)
        {
            stamp = (reader.ReadUInt32(), reader.ReadByte());
        }

        for (var i = 0; i < _tags.Length; i++)
        {
            var place = reader.ReadNumber();
            (_writtenAt[i], _sources[i]) = place < stamps.Length
                ? stamps[place]
                : throw new FormatException($"A tag has the {place}. of {stamps.Length} times.");
        }
    }
}
