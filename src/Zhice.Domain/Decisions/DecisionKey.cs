using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Decisions;

/// <summary>Where the id of a decision comes from.</summary>
public enum DecisionOrigin : byte
{
    /// <summary>Nobody here made it for this customer.</summary>
    Foreign,

    /// <summary>It was made here for this customer.</summary>
    Signed,

    /// <summary>It looks like one that was made for this customer before ids were signed.</summary>
    BeforeSigning,
}

/// <summary>
/// The cluster's key for the ids of decisions: they are signed with it, so an id that nobody was given is known as such.
/// </summary>
/// <remarks>
/// The last 48 bits of an id are 40 of SipHash over all else that it says and the customer's id, and 8 that differ from one
/// decision to the next. To guess one takes 2^40 calls on average.
/// </remarks>
public sealed class DecisionKey
{
    /// <summary>How many bytes the secret has.</summary>
    public const int SecretLength = 16;

    private const int NonceBits = 8;
    private const ulong NonceMask = (1UL << NonceBits) - 1;
    private const ulong MacMask = 0xFFFF_FFFF_FFFF & ~NonceMask;
    private const int MaxOnStack = 256;

    // Silos of an earlier release make ids that are not signed until the last of them is replaced.
    private static readonly long UpgradeMs = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    // No answer to an older decision matters any more.
    private static readonly long UnsignedReachMs = (long)TimeSpan.FromDays(90).TotalMilliseconds;

    private readonly ulong _key0;
    private readonly ulong _key1;
    private readonly long _madeAtMs;
    private int _next = Random.Shared.Next();

    /// <summary>A key.</summary>
    /// <param name="secret">16 bytes that nobody else knows.</param>
    /// <param name="madeAtMs">Since when ids are signed, unix milliseconds; 0: there were none before.</param>
    /// <exception cref="ArgumentException">The secret is not 16 bytes long.</exception>
    public DecisionKey(ReadOnlySpan<byte> secret, long madeAtMs)
    {
        if (secret.Length != SecretLength)
        {
            throw new ArgumentException($"A secret has {SecretLength} bytes.", nameof(secret));
        }

        (_key0, _key1) = (BinaryPrimitives.ReadUInt64LittleEndian(secret), BinaryPrimitives.ReadUInt64LittleEndian(secret[8..]));
        _madeAtMs = madeAtMs;
    }

    /// <summary>A key of 32 bytes for something else: who has it does not have this one.</summary>
    /// <param name="purpose">What for.</param>
    public byte[] Derive(ReadOnlySpan<byte> purpose)
    {
        Span<byte> secret = stackalloc byte[SecretLength];
        BinaryPrimitives.WriteUInt64LittleEndian(secret, _key0);
        BinaryPrimitives.WriteUInt64LittleEndian(secret[8..], _key1);
        return HMACSHA256.HashData(secret, purpose);
    }

    /// <summary>A secret that nobody knows.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretLength);

    /// <summary>A fresh id, signed.</summary>
    /// <remarks>Hot path, at most 0.2 µs; allocates nothing.</remarks>
    public DecisionId Create(long nowMs, ushort placement, string customerId)
    {
        var bare = DecisionId.Bare(nowMs, placement, customerId);
        return Signed(bare with { Low = bare.Low | ((ulong)Interlocked.Increment(ref _next) & NonceMask) }, customerId);
    }

    /// <summary>Where an id that is said to be a customer's comes from.</summary>
    /// <param name="id">The id.</param>
    /// <param name="customerId">The customer.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    public DecisionOrigin GetOrigin(DecisionId id, string customerId, long nowMs)
    {
        if (!id.IsFor(customerId))
        {
            return DecisionOrigin.Foreign;
        }

        return Signed(id with { Low = id.Low & ~MacMask }, customerId) == id ? DecisionOrigin.Signed
            : id.DecidedAtMs < _madeAtMs + UpgradeMs && _madeAtMs > 0 && nowMs < _madeAtMs + UnsignedReachMs ? DecisionOrigin.BeforeSigning
            : DecisionOrigin.Foreign;
    }

    private DecisionId Signed(DecisionId unsigned, string customerId)
    {
        var customer = MemoryMarshal.AsBytes(customerId.AsSpan());
        var length = (2 * sizeof(ulong)) + customer.Length;
        var message = length <= MaxOnStack ? stackalloc byte[length] : new byte[length];
        BinaryPrimitives.WriteUInt64LittleEndian(message, unsigned.High);
        BinaryPrimitives.WriteUInt64LittleEndian(message[8..], unsigned.Low);
        customer.CopyTo(message[16..]);
        return unsigned with { Low = unsigned.Low | (SipHash.Compute(_key0, _key1, message) & MacMask) };
    }
}
