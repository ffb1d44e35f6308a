using System.Buffers;
using System.Globalization;
using System.Text;

namespace Zhice.Api.Rest;

/// <summary>
/// Decodes the path of a REST request as <c>google/api/http.proto</c> says. The server leaves <c>%2F</c> as it is and decodes
/// <c>%252F</c> to the same text, so that an id of the one would be taken for an id of the other: both are read from the
/// request line instead.
/// </summary>
/// <remarks>
/// Routing must not take an encoded '/' or ':' for one that separates. Until the path is routed, each stands as half a
/// surrogate pair, which no decoded text holds.
/// </remarks>
internal static class RestPath
{
    private const char EncodedSlash = '\uD800';
    private const char EncodedColon = '\uD801';

    /// <summary>The path of a request line, for routing; false, with what is wrong, when it cannot be decoded.</summary>
    /// <param name="target">The target of the request line, as it came.</param>
    /// <param name="path">The path, to be routed.</param>
    /// <param name="fault">What is wrong, as the end of a sentence.</param>
    public static bool TryDecode(string target, out string path, out string fault)
    {
        (path, fault) = ("", "");
        var raw = GetPath(target);
        var decoded = new StringBuilder(raw.Length);
        foreach (var segment in raw.Split('/').Skip(1))
        {
            if (!TryDecodeSegment(segment, decoded.Append('/'), out fault))
            {
                return false;
            }
        }

        path = decoded.ToString();
        return true;
    }

    /// <summary>Whether a target has anything to be decoded.</summary>
    public static bool IsEncoded(string target) => target.Contains('%', StringComparison.Ordinal);

    /// <summary>A routed value as the caller meant it.</summary>
    /// <param name="value">A value that routing took from the path.</param>
    /// <param name="isOfMany">Whether it is a part of a variable of several segments, in which an encoded '/' stays encoded.</param>
    public static string Restore(string value, bool isOfMany) => value.AsSpan().ContainsAny(EncodedSlash, EncodedColon)
        ? value.Replace($"{EncodedSlash}", isOfMany ? "%2F" : "/", StringComparison.Ordinal).Replace(EncodedColon, ':')
        : value;

    // In absolute form, host and scheme come first.
    private static string GetPath(string target)
    {
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? target : target[..end];
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        return path.StartsWith('/') || scheme < 0 || path.IndexOf('/', scheme + 3) is not (> 0 and var start) ? path : path[start..];
    }

    private static bool TryDecodeSegment(string segment, StringBuilder decoded, out string fault)
    {
        fault = "";
        var before = decoded.Length;
        for (var i = 0; i < segment.Length;)
        {
            if (segment[i] != '%')
            {
                decoded.Append(segment[i++]);
                continue;
            }

            var bytes = new List<byte>();
            for (; i < segment.Length && segment[i] == '%'; i += 3)
            {
                if (i + 2 >= segment.Length
                    || !byte.TryParse(
                        segment.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                {
                    fault = $"holds a '%' without two hexadecimal digits in '{segment}'; a '%' of an id is written %25";
                    return false;
                }

                bytes.Add(value);
            }

            if (!TryAppend(bytes, decoded))
            {
                fault = $"is no UTF-8 once '{segment}' is decoded";
                return false;
            }
        }

        if (decoded.Length - before is 1 or 2 && decoded.ToString(before, decoded.Length - before) is "." or "..")
        {
            fault = $"has a segment '{segment}', which is a step in a path and no id";
            return false;
        }

        return true;
    }

    private static bool TryAppend(List<byte> bytes, StringBuilder decoded)
    {
        ReadOnlySpan<byte> rest = bytes.ToArray();
        while (rest.Length > 0)
        {
            if (Rune.DecodeFromUtf8(rest, out var rune, out var length) != OperationStatus.Done || rune.Value == 0)
            {
                return false;
            }

            _ = rune.Value switch
            {
                '/' => decoded.Append(EncodedSlash),
                ':' => decoded.Append(EncodedColon),
                _ => decoded.Append(rune.ToString()),
            };
            rest = rest[length..];
        }

        return true;
    }
}
