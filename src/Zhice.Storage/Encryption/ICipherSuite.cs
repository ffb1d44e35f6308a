namespace Zhice.Storage.Encryption;

/// <summary>An algorithm that seals states, with the hash that derives its keys.</summary>
internal interface ICipherSuite
{
    /// <summary>Its name in the keys file.</summary>
    string Name { get; }

    /// <summary>How it is marked in sealed bytes; never reused.</summary>
    byte Number { get; }

    /// <summary>How many bytes a key of the keys file has.</summary>
    int KeyBytes { get; }

    /// <summary>The key of one customer: the HMAC of the id.</summary>
    byte[] DeriveKey(ReadOnlySpan<byte> key, ReadOnlySpan<byte> customerId);

    /// <summary>Encrypts.</summary>
    void Encrypt(
        byte[] key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag, ReadOnlySpan<byte> associated);

    /// <summary>Decrypts.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The bytes, or what is
    /// associated with them, were changed.</exception>
    void Decrypt(
        byte[] key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain,
        ReadOnlySpan<byte> associated);
}
