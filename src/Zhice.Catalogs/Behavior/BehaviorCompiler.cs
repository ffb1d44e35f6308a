using System.Collections.Frozen;
using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs.Behavior;

/// <summary>Checks what is recorded of events for analyses of behaviour.</summary>
internal static class BehaviorCompiler
{
    private const int MaxPropertyBytes = 64;

    public static FrozenDictionary<ushort, BehaviorRecording> Compile(
        RepeatedField<V1.EventType> types, SymbolTable symbols, CatalogFaults faults)
    {
        var recordings = new Dictionary<ushort, BehaviorRecording>();
        for (var i = 0; i < types.Count && !faults.IsFull; i++)
        {
            if (types[i].Behavior is not { } behavior)
            {
                continue;
            }

            var path = $"event_types[{i}].behavior";
            if (!(behavior.Share is >= 0 and <= 1) || !IsStep(behavior.Share))
            {
                faults.Add($"{path}.share", $"is {behavior.Share}; it is 0 to 1, in steps of 0.0001");
            }

            faults.AtMost($"{path}.properties", behavior.Properties.Count, BehaviorProperties.MaxNames, "properties");
            for (var at = 0; at < behavior.Properties.Count && !faults.IsFull; at++)
            {
                CheckProperty($"{path}.properties[{at}]", behavior.Properties[at], behavior.Properties.Take(at), faults);
            }

            recordings[symbols.Find(SymbolKind.EventType, types[i].EventTypeId)] =
                new(BehaviorSample.ToParts(behavior.Share), [.. behavior.Properties]);
        }

        return recordings.ToFrozenDictionary();
    }

    private static void CheckProperty(string path, string name, IEnumerable<string> earlier, CatalogFaults faults)
    {
        if (name.Length == 0)
        {
            faults.Add(path, "is empty; it is the name of a property of the event");
        }
        else if (name == EventMatch.ChannelProperty)
        {
            faults.Add(path, $"'{EventMatch.ChannelProperty}' stands for the channel, which is recorded anyway");
        }
        else if (earlier.Contains(name, StringComparer.Ordinal))
        {
            faults.Add(path, $"'{ShortName.Shorten(name)}' is there already");
        }

        faults.Text(path, name, MaxPropertyBytes);
    }

    private static bool IsStep(double share) => Math.Abs((share * Assignment.Parts) - Math.Round(share * Assignment.Parts)) < 1e-6;
}
