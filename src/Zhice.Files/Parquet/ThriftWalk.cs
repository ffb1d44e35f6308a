
namespace Zhice.Files.Parquet;

/// <summary>
/// Walks over a structure of Thrift's compact protocol, once and never beyond its bytes: what the library reads after it
/// has an end, and every field the type that the library takes it for.
/// </summary>
/// <param name="bytes">The bytes.</param>
/// <param name="found">Told of each whole number of a known structure: the structure, the field, the number.</param>
internal sealed class ThriftWalk(ReadOnlyMemory<byte> bytes, Action<ThriftShape, int, long>? found = null)
{
    private const int MaxDepth = 16;

    // A column of a row group is about seven structures: these are 2,000 groups of 60 columns, in about 150 MB.
    private const int MaxStructures = 1_000_000;
    private const int MaxElements = 4_000_000;

    private int _at;
    private int _structures;
    private long _elements;

    /// <summary>Walks over one structure.</summary>
    /// <returns>How many bytes it has.</returns>
    /// <exception cref="InvalidDataException">It is none, or larger than one may be.</exception>
    public int Over(ThriftShape shape)
    {
        Structure(shape, 0);
        return _at;
    }

    private void Structure(ThriftShape? shape, int depth)
    {
        if (depth > MaxDepth || ++_structures > MaxStructures)
        {
            throw Faulty(depth > MaxDepth ? "is nested too deeply" : "has too many parts");
        }

        var id = 0;
        for (var header = Byte(); header != 0; header = Byte())
        {
            id = header >> 4 == 0 ? (short)Whole(32) : id + (header >> 4);
            var field = shape?.Find(id);
            var type = (ThriftType)(header & 15);
            if (field is not null && (type == ThriftType.False ? ThriftType.True : type) != field.Type)
            {
                throw Faulty($"has a field of a wrong type ({id})");
            }

            if (Value(type, field, depth) is { } number && field is not null)
            {
                found?.Invoke(shape!, id, number);
            }
        }
    }

    // The number, of whole numbers.
    private long? Value(ThriftType type, ThriftField? field, int depth)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                return null;
            case ThriftType.Byte:
                return Byte();
            case ThriftType.I16 or ThriftType.I32:
                return Whole(32);
            case ThriftType.I64:
                return Whole(64);
            case ThriftType.Double:
                Skip(8);
                return null;
            case ThriftType.Binary:
                Skip(Varint(32));
                return null;
            case ThriftType.Struct:
                Structure(field?.Inner, depth + 1);
                return null;
            case ThriftType.List:
                List(field, depth);
                return null;
            default:
                throw Faulty($"has a field of an unknown type ({(int)type})");
        }
    }

    private void List(ThriftField? field, int depth)
    {
        var header = Byte();
        var type = (ThriftType)(header & 15);
        var count = header >> 4 == 15 ? Varint(32) : (ulong)(header >> 4);
        if (depth > MaxDepth || count > (ulong)(bytes.Length - _at) || (_elements += (long)count) > MaxElements)
        {
            throw Faulty("claims more than it holds");
        }

        // The library passes over truth values in lists wrongly, and no list here has any.
        if (type is ThriftType.Stop or ThriftType.True or ThriftType.False || (field is not null && count > 0 && type != field.Element))
        {
            throw Faulty("has a list of a wrong type");
        }

        for (var i = 0UL; i < count; i++)
        {
            Value(type, field, depth + (type == ThriftType.List ? 1 : 0));
        }
    }

    private long Whole(int bits)
    {
        var zigzag = Varint(bits);
        return bits == 32 ? (int)((uint)zigzag >> 1) ^ -(int)(zigzag & 1) : (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    private ulong Varint(int bits)
    {
        var result = 0UL;
        for (var shift = 0; shift < bits; shift += 7)
        {
            var part = Byte();
            result |= (ulong)(part & 127) << shift;
            if (part < 128)
            {
                return result;
            }
        }

        throw Faulty("has a number that never ends");
    }

    private byte Byte() => _at < bytes.Length ? bytes.Span[_at++] : throw Faulty("is cut off");

    private void Skip(ulong count) => _at = count <= (ulong)(bytes.Length - _at) ? _at + (int)count : throw Faulty("is cut off");

    private static InvalidDataException Faulty(string what) => new($"it {what}");
}
