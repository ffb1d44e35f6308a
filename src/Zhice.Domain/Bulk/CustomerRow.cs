using Zhice.Domain.Primitives;

namespace Zhice.Domain.Bulk;

/// <summary>A tag of a row.</summary>
/// <param name="Tag">The tag's number.</param>
/// <param name="Bits">Its value, see <see cref="Tags.TagValue"/>.</param>
/// <param name="Text">The text of a string; else null.</param>
/// <param name="ExpiresAtMs">Until when it holds, exclusive, unix milliseconds; 0: for good.</param>
public readonly record struct RowTag(ushort Tag, long Bits, string? Text, long ExpiresAtMs);

/// <summary>What a row says of a channel (0: all channels) and a purpose.</summary>
/// <param name="Channel">The channel's number.</param>
/// <param name="Purpose">The purpose.</param>
/// <param name="IsGranted">Whether it is allowed; else refused.</param>
/// <param name="AtMs">When the customer said it, unix milliseconds; null: the row does not say.</param>
public readonly record struct RowConsent(ushort Channel, Purpose Purpose, bool IsGranted, long? AtMs = null);

/// <summary>One customer's row of bulk data. It holds only as long as the batch that it is part of.</summary>
/// <param name="tags">Its tags, by number.</param>
/// <param name="consents">Its consents.</param>
public readonly ref struct CustomerRow(ReadOnlySpan<RowTag> tags, ReadOnlySpan<RowConsent> consents)
{
    /// <summary>Its tags, by number.</summary>
    public ReadOnlySpan<RowTag> Tags { get; } = tags;

    /// <summary>Its consents.</summary>
    public ReadOnlySpan<RowConsent> Consents { get; } = consents;
}
