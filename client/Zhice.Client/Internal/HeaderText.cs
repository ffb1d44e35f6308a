using System.Buffers;
using System.Text;

namespace Zhice.Client.Internal;

/// <summary>Writes any text as a header's value, which must be printable ASCII.</summary>
internal static class HeaderText
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c != '%')]);

    /// <summary>The text, its '%' and all that is not printable ASCII percent-encoded as UTF-8: so no two texts look alike.</summary>
    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length * 3);
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            _ = Plain.Contains((char)unit) ? encoded.Append((char)unit) : encoded.Append('%').Append(unit.ToString("X2", null));
        }

        return encoded.ToString();
    }
}
