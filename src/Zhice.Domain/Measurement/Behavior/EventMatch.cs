using System.Diagnostics.CodeAnalysis;
using Orleans;

namespace Zhice.Domain.Measurement.Behavior;

/// <summary>Which events are meant: those of a type, or those of them whose property has a value.</summary>
/// <param name="EventType">The type.</param>
/// <param name="Property">The property; empty for any event of the type.</param>
/// <param name="Value">Its value as text, such as "app", "12.5" or "true".</param>
[GenerateSerializer, Immutable, Alias("zhice.event-match")]
public sealed record EventMatch(
    [property: Id(0)] string EventType, [property: Id(1)] string Property = "", [property: Id(2)] string Value = "")
{
    /// <summary>The name by which the channel of an event is asked for like a property.</summary>
    public const string ChannelProperty = "channel_id";

    /// <summary>Whether a record is meant.</summary>
    public bool Matches(in BehaviorRecord record) => record.EventType == EventType
        && (Property.Length == 0 || GetValue(record, Property) == Value);

    /// <summary>The value of a record's property as text; empty when it has none.</summary>
    public static string GetValue(in BehaviorRecord record, string property) =>
        property == ChannelProperty ? record.Channel : BehaviorProperties.Find(record.Properties, property);

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out EventMatch? match)
    {
        var (open, equals) = (text.IndexOf('[', StringComparison.Ordinal), text.IndexOf('=', StringComparison.Ordinal));
        match = open < 0
            ? text.Length > 0 && equals < 0 ? new(text) : null
            : open > 0 && equals > open + 1 && text[^1] == ']' ? new(text[..open], text[(open + 1)..equals], text[(equals + 1)..^1]) : null;
        return match is not null;
    }

    /// <summary>As people write it: "transfer", or "transfer[channel_id=app]".</summary>
    public override string ToString() => Property.Length == 0 ? EventType : $"{EventType}[{Property}={Value}]";
}
