using System.Buffers;
using System.Text;
using System.Text.Json;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Measurement.Behavior;

/// <summary>
/// The properties of an event as a fact keeps them: a JSON object with text, numbers and truth values, so that other engines read them too.
/// </summary>
public static class BehaviorProperties
{
    /// <summary>The most bytes that the properties of an event have; a property that does not fit is left out.</summary>
    public const int MaxBytes = 256;

    /// <summary>How many properties of a type of event are recorded, at most.</summary>
    public const int MaxNames = 8;

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

            var added = $"{(text.Length == 0 ? '{' : ',')}\"{JsonEncodedText.Encode(property.Name, JavaScriptEncoder)}\":{value}";
            if (Encoding.UTF8.GetByteCount(added) + Encoding.UTF8.GetByteCount(text.ToString()) < MaxBytes)
            {
                text.Append(added);
            }
        }

        return text.Length == 0 ? "" : text.Append('}').ToString();
    }

    /// <summary>A property as text; empty when there is none, or the object cannot be read.</summary>
    public static string Find(string properties, string name)
    {
        // Most events do not have it, and a name that must be escaped in JSON is no property's.
        if (properties.Length == 0 || !properties.Contains(name, StringComparison.Ordinal))
        {
            return "";
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(properties.Length));
        try
        {
            var reader = new Utf8JsonReader(bytes.AsSpan(0, Encoding.UTF8.GetBytes(properties, bytes)));
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && reader.ValueTextEquals(name) && reader.Read())
                {
                    return reader.TokenType switch
                    {
                        JsonTokenType.String => reader.GetString()!,
                        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(reader.ValueSpan),
                        _ => "",
                    };
                }
            }
        }
        catch (JsonException)
        {
            // A file of others may hold anything in this column.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        return "";
    }

    private static System.Text.Encodings.Web.JavaScriptEncoder JavaScriptEncoder =>
        System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static string? Format(in TagValue value) => value.Type switch
    {
        TagType.Bool => value.Bits == 0 ? "false" : "true",
        TagType.Integer => value.Bits.ToString(System.Globalization.CultureInfo.InvariantCulture),
        TagType.Decimal => Decimal4.Format(value.Bits),
        TagType.Time => $"\"{TagText.Instant(value.Bits)}\"",
        TagType.String => $"\"{JsonEncodedText.Encode(value.Text ?? "", JavaScriptEncoder)}\"",
        _ => null,
    };
}
