using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Customers;

/// <summary>Writes the properties of an event that are recorded with it (<see cref="BehaviorProperties"/>).</summary>
public static class BehaviorText
{
    /// <summary>Writes some properties of an event.</summary>
    /// <param name="properties">All that the event has.</param>
    /// <param name="names">Those to write; each that the event has is written once.</param>
    /// <returns>The object; empty when the event has none of them.</returns>
    public static string Write(ReadOnlySpan<EventProperty> properties, ReadOnlySpan<string> names)
    {
        var text = new StringBuilder();
        foreach (var property in properties)
        {
            if (!names.Contains(property.Name) || Format(property.Value) is not { } value)
            {
                continue;
            }

            var added = $"{(text.Length == 0 ? '{' : ',')}\"{JsonEncodedText.Encode(property.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\":{value}";
            if (Encoding.UTF8.GetByteCount(added) + Encoding.UTF8.GetByteCount(text.ToString()) < BehaviorProperties.MaxBytes)
            {
                text.Append(added);
            }
        }

        return text.Length == 0 ? "" : text.Append('}').ToString();
    }

    private static string? Format(in TagValue value) => value.Type switch
    {
        TagType.Bool => value.Bits == 0 ? "false" : "true",
        TagType.Integer => value.Bits.ToString(CultureInfo.InvariantCulture),
        TagType.Decimal => Decimal4.Format(value.Bits),
        TagType.Time => $"\"{TagText.Instant(value.Bits)}\"",
        TagType.String => $"\"{JsonEncodedText.Encode(value.Text ?? "", JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"",
        _ => null,
    };
}
