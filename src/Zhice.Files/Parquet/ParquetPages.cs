using Parquet.Meta;

using Physical = Parquet.Meta.Type;

namespace Zhice.Files.Parquet;

/// <summary>
/// Looks over the pages of a column of a row group before the library reads them: they hold as many values as the row
/// group claims, and take no more memory than a column may.
/// </summary>
internal static class ParquetPages
{
    /// <summary>How many bytes the pages of one column of a row group may have when they are unpacked.</summary>
    public const long MaxBytes = 128 << 20;

    private const int MaxPages = 65_536;
    private const int DefaultHeaderBytes = 4 << 10;
    private const int MaxHeaderBytes = 1 << 20;

    /// <summary>Checks the pages of a column.</summary>
    /// <param name="file">The file.</param>
    /// <param name="end">Where pages end in it.</param>
    /// <param name="column">What the footer says of the column.</param>
    /// <param name="rows">How many rows the row group has.</param>
    /// <param name="widthBytes">How many bytes a value of a dictionary has at the least.</param>
    /// <returns>Where its pages begin and end.</returns>
    /// <exception cref="InvalidDataException">They are not what the footer says, or too large.</exception>
    public static (long From, long To) Check(Stream file, long end, ColumnMetaData column, long rows, int widthBytes)
    {
        if (column.NumValues != rows)
        {
            throw new InvalidDataException($"a column claims {column.NumValues:N0} values for {rows:N0} rows");
        }

        var from = long.MaxValue;
        foreach (var offset in (ReadOnlySpan<long>)[column.DataPageOffset, column.DictionaryPageOffset ?? 0, column.IndexPageOffset ?? 0])
        {
            from = offset != 0 ? Math.Min(from, offset) : from;
        }

        var (at, values, unpacked) = (from, 0L, 0L);
        for (var pages = 0; values < rows; pages++)
        {
            if (pages == MaxPages || at < 4 || at >= end)
            {
                throw new InvalidDataException(
                    pages == MaxPages ? $"a column has more than {MaxPages:N0} pages" : "a column has fewer values than it claims");
            }

            var page = Header(file, at, end);
            if (page.Packed < 0 || page.Unpacked < 0 || page.Values < 0 || page.Levels < 0 || page.Nulls < 0 || page.Nulls > page.Values
                || page.Levels > page.Packed || page.Packed > end - page.Begin)
            {
                throw new InvalidDataException("a page has a size that cannot be");
            }

            // A text may begin as the one before it: 1 MB of them says a million texts of 1 MB each.
            if (page.Encoding == Encoding.DELTA_BYTE_ARRAY)
            {
                throw new InvalidDataException(
                    "a column is in the encoding DELTA_BYTE_ARRAY, which is not read; write data pages 1.0, or a dictionary");
            }

            unpacked += Math.Max(page.Unpacked, LengthInside(file, column.Codec, page));
            if (unpacked > MaxBytes)
            {
                throw new InvalidDataException($"a column has more than {MaxBytes >> 20} MiB; write smaller row groups");
            }

            if (page.Kind == PageType.DICTIONARY_PAGE)
            {
                if (page.Values > rows || page.Values > page.Unpacked / widthBytes)
                {
                    throw new InvalidDataException("a dictionary claims more values than it holds");
                }
            }
            else
            {
                values += page.Values;
            }

            at = page.Begin + page.Packed;
        }

        return values == rows ? (from, at) : throw new InvalidDataException("a column has more values than it claims");
    }

    /// <summary>How many bytes a value has at the least in a dictionary.</summary>
    public static int GetWidth(Physical physical, int? length) => physical switch
    {
        Physical.INT64 or Physical.DOUBLE => 8,
        Physical.FIXED_LEN_BYTE_ARRAY => Math.Max(1, length ?? 1),
        _ => 4,
    };

    private static Page Header(Stream file, long at, long end)
    {
        for (var maxBytes = DefaultHeaderBytes; ; maxBytes = MaxHeaderBytes)
        {
            var bytes = new byte[(int)Math.Min(maxBytes, end - at)];
            file.Position = at;
            file.ReadExactly(bytes);
            var page = new Page();
            try
            {
                var length = new ThriftWalk(bytes, page.Note).Over(ThriftShape.PageHeader);
                page.Begin = at + length;
                return page;
            }
            catch (InvalidDataException) when (maxBytes < MaxHeaderBytes && end - at > maxBytes)
            {
                // Its statistics hold long texts, perhaps.
            }
        }
    }

    // Of what says itself how long its content is, for room is made for that.
    private static long LengthInside(Stream file, CompressionCodec codec, Page page)
    {
        if (codec is not (CompressionCodec.SNAPPY or CompressionCodec.ZSTD))
        {
            return 0;
        }

        var packed = new byte[(int)(codec == CompressionCodec.SNAPPY ? Math.Min(5, page.Packed - page.Levels) : page.Packed - page.Levels)];
        file.Position = page.Begin + page.Levels;
        file.ReadExactly(packed);
        if (codec == CompressionCodec.ZSTD)
        {
            return packed.Length == 0 ? 0 : (long)Math.Min(ZstdSharp.Decompressor.GetDecompressedSize(packed), long.MaxValue / 2);
        }

        var length = 0L;
        for (var i = 0; i < packed.Length; i++)
        {
            length |= (long)(packed[i] & 127) << (7 * i);
            if (packed[i] < 128)
            {
                break;
            }
        }

        return length;
    }

    private sealed class Page
    {
        private long _data;
        private long _data2;
        private long _dictionary;
        private Encoding _encoding;
        private Encoding _encoding2;

        public long Begin { get; set; }

        public PageType Kind { get; private set; }

        public long Unpacked { get; private set; }

        public long Packed { get; private set; }

        public long Levels { get; private set; }

        public long Nulls { get; private set; }

        public long Values => Kind switch { PageType.DICTIONARY_PAGE => _dictionary, PageType.DATA_PAGE_V2 => _data2, _ => _data };

        public Encoding Encoding => Kind switch { PageType.DATA_PAGE => _encoding, PageType.DATA_PAGE_V2 => _encoding2, _ => default };

        public void Note(ThriftShape shape, int id, long number)
        {
            switch (id)
            {
                case 1 when shape == ThriftShape.PageHeader:
                    Kind = (PageType)number;
                    break;
                case 2 when shape == ThriftShape.PageHeader:
                    Unpacked = number;
                    break;
                case 3 when shape == ThriftShape.PageHeader:
                    Packed = number;
                    break;
                case 1 when shape == ThriftShape.DataPageHeader:
                    _data = number;
                    break;
                case 2 when shape == ThriftShape.DataPageHeader:
                    _encoding = (Encoding)number;
                    break;
                case 1 when shape == ThriftShape.DictionaryPageHeader:
                    _dictionary = number;
                    break;
                case 1 when shape == ThriftShape.DataPageHeaderV2:
                    _data2 = number;
                    break;
                case 2 when shape == ThriftShape.DataPageHeaderV2:
                    Nulls = number;
                    break;
                case 4 when shape == ThriftShape.DataPageHeaderV2:
                    _encoding2 = (Encoding)number;
                    break;
                case 5 or 6 when shape == ThriftShape.DataPageHeaderV2:
                    Levels += number < 0 ? int.MinValue * 2L : number;
                    break;
            }
        }
    }
}
