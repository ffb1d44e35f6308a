using System.Buffers.Binary;

namespace Zhice.Files.Parquet;

/// <summary>
/// Looks over the footer of a Parquet file before the library reads it: the library does not stop at its end, and makes
/// room for whatever it claims.
/// </summary>
internal static class ParquetFooter
{
    private const int MinFileBytes = 12;
    private const int MaxBytes = 32 << 20;
    private const int MaxSchemaElements = 10_000;

    // A nested column is refused later, by its name; the library walks the nesting before that.
    private const int MaxNested = 64;

    /// <summary>Checks the footer.</summary>
    /// <returns>Where the footer begins, which is where pages end.</returns>
    /// <exception cref="InvalidDataException">It is none, or larger than one may be.</exception>
    public static long Check(Stream file)
    {
        if (file.Length < MinFileBytes)
        {
            throw new InvalidDataException("it is too short");
        }

        Span<byte> tail = stackalloc byte[8];
        file.Seek(-8, SeekOrigin.End);
        file.ReadExactly(tail);
        var length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (!tail[4..].SequenceEqual("PAR1"u8) || length <= 0 || length > file.Length - MinFileBytes)
        {
            throw new InvalidDataException("its end is not that of one");
        }

        if (length > MaxBytes)
        {
            throw new InvalidDataException($"its footer has {length:N0} bytes; at most {MaxBytes:N0} are read: write larger row groups");
        }

        var footer = new byte[length];
        var begin = file.Length - 8 - length;
        file.Position = begin;
        file.ReadExactly(footer);
        var (elements, nested) = (0, 0);
        new ThriftWalk(footer, (shape, id, number) =>
        {
            if (shape != ThriftShape.SchemaElement)
            {
                return;
            }

            // Columns have a type, and what is above them has children.
            elements += id is 1 or 5 ? 1 : 0;
            nested += id == 5 && number != 0 ? 1 : 0;
            if (elements > MaxSchemaElements || nested > MaxNested || (id == 5 && number is < 0 or > MaxSchemaElements))
            {
                throw new InvalidDataException("its schema is too large");
            }
        }).Over(ThriftShape.FileMetaData);
        return begin;
    }
}
