using Google.Protobuf;
using Google.Protobuf.Reflection;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Zhice.Catalogs.Yaml;

/// <summary>
/// The catalogue as a folder of YAML files. Keys are the fields of <c>catalog.proto</c>; enums go by their short
/// lower-case name (<c>type: integer</c>) or full name, spans as <c>7d</c>, <c>12h</c>, <c>30m</c>, <c>90s</c>, times
/// in RFC 3339. Fields that are added to the proto can be written at once: all goes by its descriptors.
/// </summary>
public static class CatalogFiles
{
    private const string Extension = ".yaml";
    private const string SingleFieldsFile = "catalog" + Extension;

    /// <summary>Reads all <c>*.yaml</c> of a folder in the order of their names; lists go behind each other.</summary>
    /// <exception cref="CatalogFileException">A file is missing or wrong.</exception>
    public static V1.Catalog Read(string folder)
    {
        var catalog = new V1.Catalog();
        foreach (var file in FindFiles(folder))
        {
            ReadInto(catalog, file);
        }

        return catalog;
    }

    /// <summary>Reads one file into a message, by the message's descriptor.</summary>
    /// <exception cref="CatalogFileException">The file is missing or wrong.</exception>
    internal static void ReadInto(IMessage message, string file)
    {
        foreach (var document in Parse(file).Documents)
        {
            new YamlMessageReader(file).ReadInto(message, document.RootNode);
        }
    }

    /// <summary>
    /// Writes a catalogue, one file for each kind of thing, named after its field; <see cref="Read"/> gives an equal
    /// one. Files of those names are replaced.
    /// </summary>
    /// <exception cref="CatalogFileException">Other YAML files are there, or the folder cannot be written.</exception>
    public static void Write(V1.Catalog catalog, string folder)
    {
        var fields = V1.Catalog.Descriptor.Fields.InFieldNumberOrder();
        var files = fields.GroupBy(GetFileName).ToDictionary(file => file.Key, file => file.ToArray(), StringComparer.Ordinal);
        try
        {
            Directory.CreateDirectory(folder);
            RefuseOthers(folder, [.. files.Keys]);
            foreach (var (name, held) in files)
            {
                var root = YamlMessageWriter.ToNode(catalog, held);
                var path = Path.Combine(folder, name);
                if (root.Children.Count == 0)
                {
                    System.IO.File.Delete(path);
                }
                else
                {
                    System.IO.File.WriteAllText(path, YamlMessageWriter.ToText(root));
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CatalogFileException(folder, 0, 0, fault.Message, fault);
        }

        static string GetFileName(FieldDescriptor field) => field.IsRepeated ? field.Name + Extension : SingleFieldsFile;
    }

    private static YamlStream Parse(string file)
    {
        try
        {
            if (new FileInfo(file).Length is var bytes and > BoundedYaml.MaxBytes)
            {
                throw new CatalogFileException(
                    file, 0, 0, $"the file has {bytes} bytes; a file of a catalogue has at most {BoundedYaml.MaxBytes}");
            }

            using var text = System.IO.File.OpenText(file);
            var parser = new BoundedYaml(new Parser(text));
            return Parse(file, parser);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CatalogFileException(file, 0, 0, fault.Message, fault);
        }
    }

    internal static YamlStream Parse(string file, BoundedYaml parser)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(parser);
            return yaml;
        }
        catch (YamlException fault)
        {
            throw new CatalogFileException(file, fault.Start.Line, fault.Start.Column, fault.Message, fault);
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet's scanner gives up so on an unclosed '{', among others.
            var at = parser.Current?.End ?? Mark.Empty;
            throw new CatalogFileException(
                file, at.Line, at.Column, "the text from here on is no YAML; is a bracket or quote left open?", fault);
        }
    }

    private static string[] FindFiles(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new CatalogFileException(folder, 0, 0, "there is no such folder");
        }

        var files = Directory.GetFiles(folder, "*" + Extension);
        if (Directory.EnumerateFiles(folder, "*.yml").FirstOrDefault() is { } passedOver)
        {
            throw new CatalogFileException(
                passedOver, 0, 0, $"the files of a catalogue end in {Extension}; rename it, or it would be passed over");
        }

        if (files.Length == 0)
        {
            throw new CatalogFileException(folder, 0, 0, $"there are no *{Extension} files in this folder");
        }

        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    // Read takes in every file of the folder, so what lay there before would come back with what is written now.
    private static void RefuseOthers(string folder, HashSet<string> ours)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            if (!ours.Contains(Path.GetFileName(file)))
            {
                throw new CatalogFileException(
                    file, 0, 0, "the file is there already, and would be read as a part of the catalogue; write to an empty folder");
            }
        }
    }
}
