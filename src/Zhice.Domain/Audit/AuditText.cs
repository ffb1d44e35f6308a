using System.Security.Cryptography;
using System.Text;

namespace Zhice.Domain.Audit;

/// <summary>Makes texts that callers chose fit for the audit: what one of them contains never keeps others from being recorded.</summary>
public static class AuditText
{
    /// <summary>How many bytes of UTF-8 an id, a name or a method may have.</summary>
    public const int MaxNameBytes = 128;

    /// <summary>How many bytes of UTF-8 a path or a value of a change may have.</summary>
    public const int MaxValueBytes = 512;

    private const int HashText = 32;
    private const int HashLetters = 16;

    /// <summary>The text with U+FFFD for control characters and broken surrogates, cut to a number of bytes of UTF-8.</summary>
    public static string Clean(string text, int maxBytes)
    {
        if (text.Length <= maxBytes && IsClean(text) && Encoding.UTF8.GetByteCount(text) <= maxBytes)
        {
            return text;
        }

        // A character is a byte at least: what is behind so many cannot fit.
        var kept = new StringBuilder(Math.Min(text.Length, maxBytes));
        var (bytes, fitting) = (0, 0);
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, maxBytes + 1)).EnumerateRunes())
        {
            var clean = Rune.IsControl(rune) ? Rune.ReplacementChar : rune;
            bytes += clean.Utf8SequenceLength;
            kept.Append(clean);
            fitting = bytes <= maxBytes - Cut.Utf8SequenceLength ? kept.Length : fitting;
        }

        return bytes <= maxBytes && text.Length <= maxBytes ? kept.ToString() : kept.ToString(0, fitting) + Cut;
    }

    /// <summary>
    /// The same for a value: one that is cut ends with the beginning of its SHA-256, so that the whole can be compared with it.
    /// </summary>
    public static string Shorten(string value) => Shorten(
        value, static bytes => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))[..HashLetters]}");

    /// <summary>The same with a digest in the place of the hash: nobody without the key finds the whole by trying.</summary>
    public static string Shorten(string value, byte[] key) => Shorten(value, bytes => Digest(key, bytes));

    /// <summary>The beginning of an HMAC-SHA256, as text.</summary>
    public static string Digest(byte[] key, ReadOnlySpan<byte> bytes) =>
        $"hmac-sha256:{Convert.ToHexStringLower(HMACSHA256.HashData(key, bytes))[..HashLetters]}";

    private static string Shorten(string value, Func<byte[], string> digest)
    {
        var clean = Clean(value, MaxValueBytes);
        return clean.Length == value.Length || Encoding.UTF8.GetByteCount(value) <= MaxValueBytes
            ? clean
            : $"{Clean(value, MaxValueBytes - HashText)} {digest(Encoding.UTF8.GetBytes(value))}";
    }

    private static Rune Cut { get; } = new('…');

    private static bool IsClean(string text)
    {
        foreach (var letter in text)
        {
            if (char.IsControl(letter) || char.IsSurrogate(letter))
            {
                return false;
            }
        }

        return true;
    }
}
