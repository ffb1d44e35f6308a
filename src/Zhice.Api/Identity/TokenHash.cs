using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Zhice.Api.Identity;

/// <summary>The SHA-256 of a token, by which it is known again.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TokenHash
{
    /// <summary>How many characters a token may have.</summary>
    public const int MaxChars = 8 * 1024;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    private TokenHash(ReadOnlySpan<ulong> hash) => (_first, _second, _third, _fourth) = (hash[0], hash[1], hash[2], hash[3]);

    /// <summary>The hash of a token; false for what cannot be one: too long, or not ASCII.</summary>
    /// <remarks>Hot path: allocates nothing.</remarks>
    public static bool TryCompute(ReadOnlySpan<char> token, out TokenHash hash)
    {
        hash = default;
        if (token.Length is 0 or > MaxChars)
        {
            return false;
        }

        Span<byte> ascii = stackalloc byte[token.Length];
        if (Ascii.FromUtf16(token, ascii, out _) != OperationStatus.Done)
        {
            return false;
        }

        Span<ulong> bits = stackalloc ulong[SHA256.HashSizeInBytes / sizeof(ulong)];
        SHA256.HashData(ascii, MemoryMarshal.AsBytes(bits));
        hash = new(bits);
        return true;
    }

    /// <inheritdoc/>
    public override int GetHashCode() => (int)_first;
}
