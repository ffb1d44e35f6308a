using System.Globalization;
using Zhice.Domain.Primitives;

namespace Zhice.Storage.Outbox;

/// <summary>
/// Names a lease to its holder: its id, the bucket of the contact, by which the row is found, and whether the contact was a
/// dead letter before.
/// </summary>
/// <remarks>As text 32 hex digits of the id and 3 of the bucket, with 800 added for one that is sent again.</remarks>
public readonly record struct LeaseToken(Guid Lease, short Bucket, bool IsResent = false)
{
    private const int IdLength = 32;
    private const int Resent = 0x800;

    /// <summary>Reads a token's text.</summary>
    public static bool TryParse(string? text, out LeaseToken token)
    {
        token = default;
        if (text is not { Length: IdLength + 3 }
            || !Guid.TryParseExact(text.AsSpan(0, IdLength), "N", out var lease)
            || !short.TryParse(text.AsSpan(IdLength), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var place)
            || (place & ~Resent) is < 0 or >= CustomerBucket.Count)
        {
            return false;
        }

        token = new(lease, (short)(place & ~Resent), (place & Resent) != 0);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Lease:N}{(IsResent ? Bucket + Resent : Bucket):x3}";
}
