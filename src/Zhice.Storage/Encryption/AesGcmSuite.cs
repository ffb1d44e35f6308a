using System.Security.Cryptography;

namespace Zhice.Storage.Encryption;

/// <summary>AES-256-GCM (NIST SP 800-38D), keys by HMAC-SHA-256: "aes-gcm".</summary>
internal sealed class AesGcmSuite : ICipherSuite
{
    public string Name => "aes-gcm";

    public byte Number => 1;

    public int KeyBytes => 32;

    public byte[] DeriveKey(ReadOnlySpan<byte> key, ReadOnlySpan<byte> customerId) => HMACSHA256.HashData(key, customerId);

    public void Encrypt(
        byte[] key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag, ReadOnlySpan<byte> associated)
    {
        using var aes = new AesGcm(key, tag.Length);
        aes.Encrypt(nonce, plain, cipher, tag, associated);
    }

    public void Decrypt(
        byte[] key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain,
        ReadOnlySpan<byte> associated)
    {
        using var aes = new AesGcm(key, tag.Length);
        aes.Decrypt(nonce, cipher, tag, plain, associated);
    }
}
