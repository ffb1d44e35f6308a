using System.Text;
using System.Text.Unicode;

namespace Zhice.Files.Cells;

/// <summary>Text that a store can keep, as the API defines it.</summary>
internal static class StorableText
{
    private static ReadOnlySpan<byte> Replacement => [0xEF, 0xBF, 0xBD];

    /// <summary>Valid UTF-8 without U+0000, and without U+FFFD, which stands for text that was damaged on its way.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text) =>
        !text.Contains((byte)0) && (Ascii.IsValid(text) || (Utf8.IsValid(text) && text.IndexOf(Replacement) < 0));
}
