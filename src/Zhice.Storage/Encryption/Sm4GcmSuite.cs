using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace Zhice.Storage.Encryption;

/// <summary>SM4-GCM (GB/T 32907, RFC 8998), keys by HMAC-SM3 (GB/T 32905): "sm4-gcm".</summary>
internal sealed class Sm4GcmSuite : ICipherSuite
{
    public string Name => "sm4-gcm";

    public byte Number => 2;

    public int KeyBytes => 16;

    /// <summary>The SM3 hash.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> bytes)
    {
        var (digest, hash) = (new SM3Digest(), new byte[32]);
        digest.BlockUpdate(bytes);
        digest.DoFinal(hash);
        return hash;
    }

    public byte[] DeriveKey(ReadOnlySpan<byte> key, ReadOnlySpan<byte> customerId)
    {
        var (mac, hash) = (new HMac(new SM3Digest()), new byte[32]);
        mac.Init(new KeyParameter(key));
        mac.BlockUpdate(customerId);
        mac.DoFinal(hash);
        return hash[..KeyBytes];
    }

    public void Encrypt(
        byte[] key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag, ReadOnlySpan<byte> associated)
    {
        var sealing = Create(true, key, nonce, tag.Length, associated);
        var output = new byte[plain.Length + tag.Length];
        var written = sealing.ProcessBytes(plain, output);
        sealing.DoFinal(output.AsSpan(written));
        output.AsSpan(0, plain.Length).CopyTo(cipher);
        output.AsSpan(plain.Length).CopyTo(tag);
    }

    public void Decrypt(
        byte[] key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain,
        ReadOnlySpan<byte> associated)
    {
        var opening = Create(false, key, nonce, tag.Length, associated);
        var output = new byte[plain.Length + tag.Length];
        try
        {
            var written = opening.ProcessBytes(cipher, output);
            written += opening.ProcessBytes(tag, output.AsSpan(written));
            opening.DoFinal(output.AsSpan(written));
        }
        catch (InvalidCipherTextException fault)
        {
            throw new AuthenticationTagMismatchException(fault.Message, fault);
        }

        output.AsSpan(0, plain.Length).CopyTo(plain);
    }

    private static GcmBlockCipher Create(bool seals, byte[] key, ReadOnlySpan<byte> nonce, int tagBytes, ReadOnlySpan<byte> associated)
    {
        var cipher = new GcmBlockCipher(new SM4Engine());
        cipher.Init(seals, new AeadParameters(new KeyParameter(key), tagBytes * 8, nonce.ToArray(), associated.ToArray()));
        return cipher;
    }
}
