using System.Text.RegularExpressions;
using Google.Protobuf;

namespace Zhice.Catalogs.Tags;

/// <summary>Who reads each tag: every expression in a definition that names it, by the thing that has the expression.</summary>
public static partial class TagReaders
{
    /// <summary>
    /// The readers of tags in a definition, as "kind id": of a catalogue its actions, placements, journeys and lists, of a campaign itself.
    /// </summary>
    /// <param name="definition">A catalogue, or a part of one.</param>
    /// <returns>The ids of tags and their readers.</returns>
    public static IEnumerable<(string TagId, string Reader)> Find(IMessage definition)
    {
        foreach (var field in definition.Descriptor.Fields.InFieldNumberOrder())
        {
            var kind = field.Name.TrimEnd('s').Replace('_', ' ');
            if (!field.IsRepeated && field.FieldType == Google.Protobuf.Reflection.FieldType.Message
                && field.Accessor.GetValue(definition) is IMessage single)
            {
                foreach (var tag in Named(single))
                {
                    yield return (tag, kind);
                }
            }
            else if (field is { IsRepeated: true, IsMap: false, FieldType: Google.Protobuf.Reflection.FieldType.Message })
            {
                foreach (var item in (System.Collections.IEnumerable)field.Accessor.GetValue(definition))
                {
                    var reader = $"{kind} {Id((IMessage)item)}";
                    foreach (var tag in Named((IMessage)item))
                    {
                        yield return (tag, reader);
                    }
                }
            }
        }
    }

    /// <summary>The tags that an expression names.</summary>
    public static IEnumerable<string> In(string expression) =>
        Name().Matches(expression).Select(static match => match.Groups[1].Value).Distinct(StringComparer.Ordinal);

    // JSON has every text of a message, however deep.
    private static IEnumerable<string> Named(IMessage message) => In(JsonFormatter.Default.Format(message));

    // The first text field is the id, as everywhere in the contract.
    private static string Id(IMessage item) =>
        item.Descriptor.Fields.InFieldNumberOrder().FirstOrDefault(
            static field => field is { IsRepeated: false, FieldType: Google.Protobuf.Reflection.FieldType.String }) is { } field
            ? (string)field.Accessor.GetValue(item)
            : "";

    [GeneratedRegex(@"\btags\.([A-Za-z_][A-Za-z0-9_]*)")]
    private static partial Regex Name();
}
