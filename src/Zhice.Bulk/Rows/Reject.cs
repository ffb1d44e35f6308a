using System.Text;
using Zhice.Domain.Tags;

namespace Zhice.Bulk.Rows;

/// <summary>Why a row was not loaded.</summary>
/// <param name="Line">Its line in the file, from 1; of a Parquet file the number of the row.</param>
/// <param name="Column">The column that is wrong; empty when it is the row as a whole.</param>
/// <param name="Value">What stands there, cut short; masked when the tag is sensitive.</param>
/// <param name="Reason">What would be right.</param>
internal readonly record struct Reject(long Line, string Column, string Value, string Reason)
{
    private const int MaxShown = 48;

    /// <summary>What is shown of a sensitive value, as everywhere.</summary>
    public const string Mask = "***";

    /// <summary>Why a row of an erased customer is not loaded.</summary>
    public const string Erased = "the customer was erased; lift the erasure first if the customer has come again";

    public static Reject Create(long line, TagDefinition tag, ReadOnlySpan<byte> value, string wanted) =>
        new(line, tag.Id, tag.IsSensitive ? Mask : Show(value), $"must be {wanted}");

    /// <summary>A value as it may be shown: cut to what can be read, without what steers a terminal.</summary>
    public static string Show(ReadOnlySpan<byte> value)
    {
        var text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, MaxShown * 4)]);
        var end = Math.Min(text.Length, MaxShown);
        var shown = string.Create(end, text, static (chars, text) =>
        {
            for (var i = 0; i < chars.Length; i++)
            {
                chars[i] = char.IsControl(text[i]) ? '\uFFFD' : text[i];
            }
        });
        return value.Length > Encoding.UTF8.GetByteCount(shown) ? shown + "…" : shown;
    }
}
