using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;
using Zhice.Domain.Bulk;
using Zhice.Domain.Tags;

namespace Zhice.Files.Cells;

/// <summary>Reads the cells of a tag's column, as UTF-8 text.</summary>
/// <remarks>Hot path, budget 25 ns a cell; only texts allocate.</remarks>
internal sealed class CellReader
{
    public const int MaxTextBytes = 256;

    private readonly FrozenDictionary<string, ushort>.AlternateLookup<ReadOnlySpan<char>> _enum;
    private readonly long _expiresAtMs;
    private string _lastText = "";

    public CellReader(TagDefinition tag, long asOfMs)
    {
        Tag = tag;
        _enum = tag.EnumNumbers.GetAlternateLookup<ReadOnlySpan<char>>();
        _expiresAtMs = tag.TimeToLiveMs == 0 ? 0 : asOfMs + tag.TimeToLiveMs;
    }

    /// <summary>The tag.</summary>
    public TagDefinition Tag { get; }

    /// <summary>Reads a cell that is not empty; false when it is no value of the tag.</summary>
    public bool TryRead(ReadOnlySpan<byte> cell, out RowTag read)
    {
        long bits;
        string? text = null;
        var isRead = Tag.Type switch
        {
            TagType.Bool => TryBool(cell, out bits),
            TagType.Integer => Utf8Parser.TryParse(cell, out bits, out var used) && used == cell.Length,
            TagType.Decimal => DecimalCell.TryRead(cell, out bits),
            TagType.Time => TimeCell.TryRead(cell, out bits),
            TagType.Enum => TryEnum(cell, out bits),
            _ => TryText(cell, out bits, out text),
        };
        read = new(Tag.Number, bits, text, _expiresAtMs);
        return isRead;
    }

    /// <summary>A value that was read elsewhere, from a typed file.</summary>
    public RowTag CreateTag(long bits) => new(Tag.Number, bits, null, _expiresAtMs);

    /// <summary>What the tag takes, as the end of a sentence.</summary>
    public string Wanted => Tag.Type switch
    {
        TagType.Bool => "true or false",
        TagType.Integer => "a whole number of 64 bits",
        TagType.Decimal => "a number with at most 4 decimals",
        TagType.Time => "a time with its offset, such as 2026-03-01T09:00:00+08:00",
        TagType.Enum => $"one of {string.Join(", ", Tag.EnumNumbers.Keys.Order(StringComparer.Ordinal).Take(12))}{(Tag.EnumNumbers.Count > 12 ? ", …" : "")}",
        _ => $"sound UTF-8 text of at most {MaxTextBytes} bytes, without U+0000",
    };

    /// <summary>The same for a cell that is none of the tag's values.</summary>
    public string DescribeWanted(ReadOnlySpan<byte> cell) => Tag.Type == TagType.Decimal && DecimalCell.IsTooLarge(cell)
        ? $"a number from -{DecimalCell.Maximum} to {DecimalCell.Maximum}"
        : Wanted;

    private static bool TryBool(ReadOnlySpan<byte> cell, out long bits)
    {
        bits = cell.SequenceEqual("true"u8) ? 1 : 0;
        return bits == 1 || cell.SequenceEqual("false"u8);
    }

    private bool TryEnum(ReadOnlySpan<byte> cell, out long bits)
    {
        Span<char> chars = stackalloc char[MaxTextBytes];
        bits = 0;
        if (cell.Length > MaxTextBytes
            || !Encoding.UTF8.TryGetChars(cell, chars, out var length)
            || !_enum.TryGetValue(chars[..length], out var number))
        {
            return false;
        }

        bits = number;
        return true;
    }

    // Files are often sorted or grouped: the text of the row before is used again.
    private bool TryText(ReadOnlySpan<byte> cell, out long bits, out string? text)
    {
        bits = 0;
        text = null;
        if (cell.Length > MaxTextBytes || !StorableText.IsValid(cell))
        {
            return false;
        }

        Span<char> chars = stackalloc char[MaxTextBytes];
        var found = chars[..Encoding.UTF8.GetChars(cell, chars)];
        text = found.SequenceEqual(_lastText) ? _lastText : _lastText = found.ToString();
        return true;
    }
}
