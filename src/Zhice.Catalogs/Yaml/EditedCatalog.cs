using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf.Reflection;
using YamlDotNet.RepresentationModel;

namespace Zhice.Catalogs.Yaml;

/// <summary>A catalogue into which a text was read.</summary>
/// <param name="Catalog">The catalogue.</param>
/// <param name="Root">The text's nodes; null: it is empty.</param>
/// <param name="Field">The field of the text.</param>
/// <param name="Places">For a list, at which place of the catalogue's list each item of the text is.</param>
public sealed record EditedCatalog(V1.Catalog Catalog, YamlMappingNode? Root, FieldDescriptor Field, ImmutableArray<int> Places)
{
    /// <summary>
    /// Where in the text a path of the catalogue is, such as "actions[3].eligibility[0]", as line and column from 1; 0 when it is not in it.
    /// </summary>
    public (long Line, long Column) Find(string path)
    {
        var steps = path.Split('.', '[').Select(static step => step.TrimEnd(']')).ToArray();
        if (Root is null || steps.Length == 0 || steps[0] != Field.Name)
        {
            return (0, 0);
        }

        var (node, found) = ((YamlNode)Root, (YamlNode?)null);
        for (var step = 0; step < steps.Length; step++)
        {
            // The first number counts in the catalogue's list, the others in the text's.
            var name = step == 1 && Field.IsRepeated ? GetPlace(steps[1]) : steps[step];
            if (Child(node, name) is not { } next)
            {
                break;
            }

            (node, found) = (next, next);
        }

        var isElsewhere = Field.IsRepeated && steps.Length > 1 && GetPlace(steps[1]).Length == 0;
        return found is null || isElsewhere ? (0, 0) : (found.Start.Line, found.Start.Column);
    }

    private string GetPlace(string number) =>
        int.TryParse(number, CultureInfo.InvariantCulture, out var place) && Places.IndexOf(place) is >= 0 and var index
            ? index.ToString(CultureInfo.InvariantCulture)
            : "";

    private static YamlNode? Child(YamlNode node, string name) => node switch
    {
        YamlMappingNode mapping => mapping.Children.FirstOrDefault(child => child.Key is YamlScalarNode key && key.Value == name).Value,
        YamlSequenceNode list when int.TryParse(name, CultureInfo.InvariantCulture, out var index) && index < list.Children.Count =>
            list[index],
        _ => null,
    };
}
