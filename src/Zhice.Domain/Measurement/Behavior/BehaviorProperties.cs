using System.Buffers;
using System.Text;
using System.Text.Json;

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
}
