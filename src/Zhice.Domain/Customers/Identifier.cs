using System.Globalization;
using System.Text;

namespace Zhice.Domain.Customers;

/// <summary>
/// What an id of a customer, or any other id that callers choose, may not be: two ids that look alike would be two things,
/// and one that is white space alone cannot be told from none.
/// </summary>
/// <remarks>Hot path: an id of printable ASCII without spaces costs one look. Nothing is allocated for an id that is right.</remarks>
public static class Identifier
{
    /// <summary>What is wrong with an id, as the end of a sentence; null when nothing is.</summary>
    /// <param name="id">Valid UTF-8.</param>
    public static string? FindFault(ReadOnlySpan<byte> id)
    {
        if (!id.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E))
        {
            return null;
        }

        var isFirst = true;
        for (var rest = id; !rest.IsEmpty; isFirst = false)
        {
            Rune.DecodeFromUtf8(rest, out var rune, out var length);
            rest = rest[length..];
            if (FindFault(rune, isFirst || rest.IsEmpty) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>What is wrong with an id, as the end of a sentence; null when nothing is.</summary>
    /// <param name="id">Text without half surrogate pairs.</param>
    public static string? FindFault(ReadOnlySpan<char> id)
    {
        if (!id.ContainsAnyExceptInRange('\x21', '\x7E'))
        {
            return null;
        }

        var isFirst = true;
        for (var rest = id; !rest.IsEmpty; isFirst = false)
        {
            Rune.DecodeFromUtf16(rest, out var rune, out var length);
            rest = rest[length..];
            if (FindFault(rune, isFirst || rest.IsEmpty) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? FindFault(Rune rune, bool isAtEdge) =>
        rune.Value == ' ' ? (isAtEdge ? "must not begin or end with a space" : null)
        : Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control => $"holds the control character {Name(rune)}",
            UnicodeCategory.SpaceSeparator => $"holds {Name(rune)}, a space that looks like another",
            UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator =>
                $"holds {Name(rune)}, which cannot be seen",
            _ => IsBlank(rune.Value) ? $"holds {Name(rune)}, which cannot be seen" : null,
        };

    // Letters and marks by their category, yet blank: fillers, joiners, variation selectors, the empty Braille cell.
    private static bool IsBlank(int rune) =>
        rune is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0
            or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    private static string Name(Rune rune) => string.Create(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}");
}
