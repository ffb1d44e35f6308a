using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;
using System.Text;
using Zhice.Api.Errors;

namespace Zhice.Api.Requests;

/// <summary>
/// Where the next page of a list begins, as text that says nothing to a caller: base64url of the last item's place and a
/// hash of it and of the list, so that a damaged token, or one of another list, is refused.
/// </summary>
internal static class PageToken
{
    private const int HashBytes = 8;

    /// <summary>The token of a place in a list.</summary>
    public static string Write(string list, ReadOnlySpan<byte> place)
    {
        Span<byte> token = stackalloc byte[HashBytes + place.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(token, ComputeHash(list, place));
        place.CopyTo(token[HashBytes..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Reads a token; false, with a violation, when it is none of this list.</summary>
    public static bool TryRead(string list, string token, Span<byte> place, RequestCheck check)
    {
        Span<byte> bytes = stackalloc byte[HashBytes + place.Length];
        if (Base64Url.DecodeFromChars(token, bytes, out _, out var length) != OperationStatus.Done
            || length != bytes.Length
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != ComputeHash(list, bytes[HashBytes..]))
        {
            check.Add("page_token", FieldReasons.Malformed, "is no next_page_token of this list");
            return false;
        }

        bytes[HashBytes..].CopyTo(place);
        return true;
    }

    /// <summary>The token of an id in a list that is in the order of ids.</summary>
    public static string WriteId(string list, string id)
    {
        Span<byte> place = stackalloc byte[RequestCheck.MaxIdBytes];
        Encoding.UTF8.GetBytes(id, place);
        return Write(list, place);
    }

    /// <summary>
    /// The id behind which a page begins; empty for the first page, and with a violation for a token that is none of this list.
    /// </summary>
    public static string ReadId(string list, string token, RequestCheck check)
    {
        Span<byte> place = stackalloc byte[RequestCheck.MaxIdBytes];
        return token.Length > 0 && TryRead(list, token, place, check) ? Encoding.UTF8.GetString(place).TrimEnd('\0') : "";
    }

    private static ulong ComputeHash(string list, ReadOnlySpan<byte> place)
    {
        var hash = new XxHash3(seed: 0x7A68_6963_65);
        hash.Append(Encoding.UTF8.GetBytes(list));
        hash.Append(place);
        return hash.GetCurrentHashAsUInt64();
    }
}
