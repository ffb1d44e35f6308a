using System.Security.Cryptography;
using Zhice.Contracts.Decisions;
using Zhice.Domain.Audit;
using Zhice.Domain.Decisions;

namespace Zhice.Api.Audit;

/// <summary>
/// What the trail has in the place of a value that is too long: an HMAC-SHA256 by a key of the cluster. Two equal values have the same one,
/// and who reads the trail cannot try values until one fits, as with a hash.
/// </summary>
internal sealed class AuditDigests(Func<DecisionKey> find)
{
    private byte[]? _key;

    /// <param name="keys">The cluster's key.</param>
    public AuditDigests(DecisionKeys keys)
        : this(() => keys.Current)
    {
    }

    /// <param name="key">A key.</param>
    public AuditDigests(DecisionKey key)
        : this(() => key)
    {
    }

    /// <summary>The digest of some bytes, as text.</summary>
    public string Of(ReadOnlySpan<byte> bytes) => AuditText.Digest(Key, bytes);

    /// <summary>An entry whose long values are cut, with their digests.</summary>
    public AuditEntry Shorten(AuditEntry entry) => entry with
    {
        Changes =
        [
            .. entry.Changes.Select(change => change with { Before = AuditText.Shorten(change.Before, Key), After = AuditText.Shorten(change.After, Key) }),
        ],
    };

    private byte[] Key => _key ??= find().Derive("zhice audit values"u8);
}
