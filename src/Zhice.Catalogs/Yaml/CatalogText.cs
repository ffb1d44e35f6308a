using System.Collections;
using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Zhice.Catalogs.Yaml;

/// <summary>A part of a catalogue as YAML that a person edits: the form of a file of <see cref="CatalogFiles"/>.</summary>
public static class CatalogText
{
    /// <summary>How many characters a text may have.</summary>
    public const int MaxCharacters = 1 << 20;

    private const string DocumentEnd = "\n...\n";

    /// <summary>The fields of a catalogue that have a text.</summary>
    public static IEnumerable<string> Fields => V1.Catalog.Descriptor.Fields.InFieldNumberOrder().Select(static one => one.Name);

    /// <summary>
    /// The text of a field, or of its items with an id alone; null when there is no such field, or none with the id.
    /// </summary>
    public static string? Write(V1.Catalog catalog, string fieldName, string id)
    {
        if (V1.Catalog.Descriptor.FindFieldByName(fieldName) is not { } field)
        {
            return null;
        }

        var part = new V1.Catalog();
        if (field.IsRepeated)
        {
            var items = Items(field, part);
            foreach (var item in Items(field, catalog).Cast<object>().Where(item => id.Length == 0 || GetId(item) == id))
            {
                items.Add(item);
            }

            if (id.Length > 0 && items.Count == 0)
            {
                return null;
            }
        }
        else
        {
            field.Accessor.SetValue(part, field.Accessor.GetValue(catalog));
        }

        var node = YamlMessageWriter.ToNode(part, [field]);
        return node.Children.Count == 0 ? "" : WithoutEnd(YamlMessageWriter.ToText(node));
    }

    /// <summary>The catalogue with the text in place of what was written by <see cref="Write"/> with the same field and id.</summary>
    /// <exception cref="CatalogFileException">The text is wrong.</exception>
    public static EditedCatalog Read(V1.Catalog catalog, string fieldName, string id, string text)
    {
        var field = V1.Catalog.Descriptor.FindFieldByName(fieldName) ?? throw Fault(Mark.Empty, $"a catalogue has no field '{fieldName}'");
        var root = Parse(text);
        var part = new V1.Catalog();
        if (root is not null)
        {
            new YamlMessageReader("").ReadInto(part, root);
            RefuseOthers(root, field);
        }

        var edited = catalog.Clone();
        if (!field.IsRepeated)
        {
            field.Accessor.SetValue(edited, field.Accessor.GetValue(part));
            return new(edited, root, field, []);
        }

        return new(edited, root, field, Merge(Items(field, edited), Items(field, part), id));
    }

    // Items of the text take the place of those that they were, others come to the end. Where each of them came to.
    private static ImmutableArray<int> Merge(IList all, IList written, string id)
    {
        var place = all.Count;
        for (var index = all.Count - 1; index >= 0; index--)
        {
            if (id.Length == 0 || GetId(all[index]!) == id)
            {
                all.RemoveAt(index);
                place = index;
            }
        }

        var places = ImmutableArray.CreateBuilder<int>(written.Count);
        foreach (var item in written)
        {
            places.Add(place);
            all.Insert(place++, item);
        }

        return places.MoveToImmutable();
    }

    private static IList Items(FieldDescriptor field, IMessage message) => (IList)field.Accessor.GetValue(message);

    private static string GetId(object item) =>
        item is IMessage message && message.Descriptor.FindFieldByNumber(1) is { FieldType: FieldType.String } first
            ? (string)first.Accessor.GetValue(message)
            : "";

    private static YamlMappingNode? Parse(string text)
    {
        if (text.Length > MaxCharacters)
        {
            throw Fault(Mark.Empty, $"the text has {text.Length} characters; at most {MaxCharacters} are allowed");
        }

        var yaml = CatalogFiles.Parse("", new BoundedYaml(new Parser(new StringReader(text))));
        return yaml.Documents.Count switch
        {
            0 => null,
            1 when yaml.Documents[0].RootNode is YamlMappingNode root => root,
            1 => throw Fault(yaml.Documents[0].RootNode.Start, "the text begins with the name of the part, such as 'actions:'"),
            _ => throw Fault(yaml.Documents[1].RootNode.Start, "there is a second document; only one is allowed"),
        };
    }

    private static void RefuseOthers(YamlMappingNode root, FieldDescriptor field)
    {
        foreach (var key in root.Children.Keys.OfType<YamlScalarNode>().Where(key => key.Value != field.Name))
        {
            throw Fault(key.Start, $"found '{key.Value}'; this text has {field.Name} alone");
        }
    }

    // A file may end with "...", behind which a person would write into another document.
    private static string WithoutEnd(string text) =>
        text.EndsWith(DocumentEnd, StringComparison.Ordinal) ? text[..^(DocumentEnd.Length - 1)] : text;

    private static CatalogFileException Fault(in Mark at, string fault) => new("", at.Line, at.Column, fault);
}
