using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Zhice.Contracts.Identity;

namespace Zhice.Api.Identity;

/// <summary>What the cookie of a session has: the number of the grain that keeps the session (1 byte), and a secret (32 bytes).</summary>
internal readonly struct PageCookie
{
    private const int Bytes = 33;

    private static readonly byte[] AntiForgeryPurpose = "zhice anti-forgery"u8.ToArray();

    private readonly byte[] _bytes;

    private PageCookie(byte[] bytes) => _bytes = bytes;

    /// <summary>The number of the grain that keeps the session.</summary>
    public int Shard => _bytes[0];

    /// <summary>The id of the session: a hash, from which nobody makes the cookie.</summary>
    public string SessionId => Convert.ToBase64String(SHA256.HashData(_bytes));

    /// <summary>What pages must repeat in a header. It comes from the cookie, which no script can read; so it is kept nowhere.</summary>
    public string AntiForgery => Base64Url.EncodeToString(HMACSHA256.HashData(_bytes, AntiForgeryPurpose));

    /// <summary>A new cookie for a person.</summary>
    public static PageCookie Create(string name)
    {
        var bytes = RandomNumberGenerator.GetBytes(Bytes);
        bytes[0] = (byte)GetShard(name);
        return new(bytes);
    }

    /// <summary>The number of the grain that keeps the sessions of a person.</summary>
    public static int GetShard(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name))[0] % IPageSessionsGrain.Count;

    /// <summary>Reads a cookie; false for what cannot be one.</summary>
    public static bool TryRead(string? value, out PageCookie cookie)
    {
        cookie = default;
        var bytes = new byte[Bytes];
        if (value is null || Base64Url.DecodeFromChars(value, bytes, out _, out var count) != OperationStatus.Done || count != Bytes
            || bytes[0] >= IPageSessionsGrain.Count)
        {
            return false;
        }

        cookie = new(bytes);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Base64Url.EncodeToString(_bytes);
}
