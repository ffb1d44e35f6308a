using System.Globalization;

namespace Zhice.Storage.Deliveries;

/// <summary>Names a lease to its holder: its id, and the bucket of the contact, by which the row is found.</summary>
/// <remarks>As text 32 hex digits of the id and 3 of the bucket.</remarks>
public readonly record struct LeaseToken(Guid Lease, short Bucket)
{
    private const int IdLength = 32;

    /// <summary>Reads a token's text.</summary>
    public static bool TryParse(string? text, out LeaseToken token)
    {
        token = default;
        if (text is not { Length: IdLength + 3 }
            || !Guid.TryParseExact(text.AsSpan(0, IdLength), "N", out var lease)
            || !short.TryParse(text.AsSpan(IdLength), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bucket)
            || bucket is < 0 or >= States.StateKey.Buckets)
        {
            return false;
        }

        token = new(lease, bucket);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Lease:N}{Bucket:x3}";
}
