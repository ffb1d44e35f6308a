namespace Zhice.Domain.Tags;

/// <summary>A tag that a customer has.</summary>
/// <param name="Tag">The tag's number.</param>
/// <param name="Bits">Its value, see <see cref="TagValue"/>.</param>
/// <param name="Text">The text of a string; else null.</param>
/// <param name="WrittenAtMs">When it was written, unix milliseconds, to the second.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="ExpiresAtMs">Until when it holds, exclusive, unix milliseconds; 0: for good.</param>
public readonly record struct TagEntry(
    ushort Tag, long Bits, string? Text, long WrittenAtMs, TagSource Source, long ExpiresAtMs);
