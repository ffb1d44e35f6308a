using System.Globalization;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;

namespace Zhice.Domain.Tags;

/// <summary>A customer's tags as texts for people.</summary>
public static class TagText
{
    /// <summary>What stands for a value that is sensitive.</summary>
    public const string Mask = "***";

    /// <summary>The value of a tag, masked when it is sensitive; null when the customer lacks it.</summary>
    public static string? Of(TagDefinition tag, in CustomerView customer)
    {
        if (tag.Type == TagType.String)
        {
            return !customer.TryGetText(tag, out var text) ? null : tag.IsSensitive ? Mask : text;
        }

        return !customer.TryGet(tag, out var bits) ? null : tag.IsSensitive ? Mask : Shown(tag, bits);
    }

    /// <summary>An instant, to the second.</summary>
    public static string Instant(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A value that is no text.</summary>
    public static string Shown(TagDefinition tag, long bits) => tag.Type switch
    {
        TagType.Bool => bits == 0 ? "false" : "true",
        TagType.Decimal => Decimal4.Format(bits),
        TagType.Time => Instant(bits),
        TagType.Enum => tag.EnumNames.GetValueOrDefault((ushort)bits, "?"),
        _ => bits.ToString(CultureInfo.InvariantCulture),
    };
}
