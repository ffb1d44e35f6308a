using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Zhice.Contracts.Identity;

namespace Zhice.Api.SignIn;

/// <summary>
/// Seals what a browser carries to the identity provider and back with a key of the cluster: AES-256-GCM, by a key that is derived for
/// each purpose. The bytes are the key's number (4), the nonce (12), the tag (16) and the cipher text.
/// </summary>
internal sealed class SignInKeys(IGrainFactory grains, TimeProvider clock) : IDataProtectionProvider
{
    private ImmutableArray<SignInKey> _keys = [];
    private long _readAt;

    /// <summary>Reads the keys, unless they were read a short time ago; a request of the sign-in waits for it.</summary>
    /// <param name="age">How long ago. What is sealed by the key before the one in use is opened for a day.</param>
    public async Task ReadAsync(TimeSpan age)
    {
        if (_keys.IsEmpty || clock.GetElapsedTime(Volatile.Read(ref _readAt)) >= age)
        {
            Take(await grains.GetGrain<ISignInKeysGrain>(ISignInKeysGrain.Key).Get());
            Volatile.Write(ref _readAt, clock.GetTimestamp());
        }
    }

    /// <summary>Takes over the keys, the one in use first.</summary>
    public void Take(ImmutableArray<SignInKey> keys) => ImmutableInterlocked.InterlockedExchange(ref _keys, keys);

    public IDataProtector CreateProtector(string purpose) => new Protector(this, purpose);

    private sealed class Protector(SignInKeys keys, string purpose) : IDataProtector
    {
        private const int IdBytes = sizeof(int);
        private const int NonceBytes = 12;
        private const int TagBytes = 16;
        private const int HeadBytes = IdBytes + NonceBytes + TagBytes;

        public IDataProtector CreateProtector(string purpose1) => new Protector(keys, $"{purpose}\n{purpose1}");

        public byte[] Protect(byte[] plaintext)
        {
            var key = keys._keys is [{ } current, ..] ? current : throw new CryptographicException("The keys are not read yet.");
            var sealed1 = new byte[HeadBytes + plaintext.Length];
            BinaryPrimitives.WriteInt32LittleEndian(sealed1, key.Id);
            var nonce = sealed1.AsSpan(IdBytes, NonceBytes);
            RandomNumberGenerator.Fill(nonce);
            using var cipher = CreateCipher(key);
            cipher.Encrypt(nonce, plaintext, sealed1.AsSpan(HeadBytes), sealed1.AsSpan(IdBytes + NonceBytes, TagBytes));
            return sealed1;
        }

        public byte[] Unprotect(byte[] protectedData)
        {
            var id = protectedData.Length < HeadBytes ? 0 : BinaryPrimitives.ReadInt32LittleEndian(protectedData);
            var key = keys._keys.FirstOrDefault(each => each.Id == id)
                ?? throw new CryptographicException("It is sealed with no key of this cluster, or an old one.");
            var plain = new byte[protectedData.Length - HeadBytes];
            using var cipher = CreateCipher(key);
            cipher.Decrypt(
                protectedData.AsSpan(IdBytes, NonceBytes), protectedData.AsSpan(HeadBytes),
                protectedData.AsSpan(IdBytes + NonceBytes, TagBytes), plain);
            return plain;
        }

        private AesGcm CreateCipher(SignInKey key) => new(HMACSHA256.HashData(key.Secret, Encoding.UTF8.GetBytes(purpose)), TagBytes);
    }
}
