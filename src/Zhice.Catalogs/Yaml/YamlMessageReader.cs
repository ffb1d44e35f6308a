using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using YamlDotNet.RepresentationModel;
using Zhice.Domain.Expressions;

namespace Zhice.Catalogs.Yaml;

/// <summary>Reads nodes of a YAML file into protobuf messages by their descriptors.</summary>
internal sealed class YamlMessageReader(string file)
{
    /// <summary>Sets the fields that a mapping names; lists go behind what is there, other fields are set once.</summary>
    public void ReadInto(IMessage message, YamlNode node)
    {
        var descriptor = message.Descriptor;
        foreach (var (keyNode, value) in Mapping(node, descriptor).Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            var field = descriptor.FindFieldByName(key) ?? throw Fault(keyNode, UnknownKey(key, descriptor));
            if (field.IsRepeated)
            {
                AddItems((IList)field.Accessor.GetValue(message), field, value);
                continue;
            }

            RefuseSecond(message, field, keyNode);
            field.Accessor.SetValue(message, Read(field, value));
        }
    }

    private void AddItems(IList list, FieldDescriptor field, YamlNode node)
    {
        if (node is not YamlSequenceNode sequence)
        {
            throw Fault(node, $"{Found(node)}; {field.Name} is a list, whose items begin with '- '");
        }

        foreach (var item in sequence)
        {
            list.Add(Read(field, item));
        }
    }

    private object Read(FieldDescriptor field, YamlNode node)
    {
        if (field.FieldType == FieldType.Message && field.MessageType != Duration.Descriptor && field.MessageType != Timestamp.Descriptor)
        {
            var message = field.MessageType.Parser.ParseFrom(ByteString.Empty);
            ReadInto(message, node);
            return message;
        }

        if (node is not YamlScalarNode { Value: { } text })
        {
            throw Fault(node, $"{Found(node)}; {field.Name} is {Expected(field)}");
        }

        return Parse(field, text) ?? throw Fault(node, $"found \"{text}\"; {field.Name} is {Expected(field)}{Hint(field, text)}");
    }

    private static object? Parse(FieldDescriptor field, string text)
    {
        var invariant = CultureInfo.InvariantCulture;
        return field.FieldType switch
        {
            FieldType.String => text,
            FieldType.Bool => text switch { "true" => true, "false" => false, _ => null },
            FieldType.Int32 => int.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var number) ? number : null,
            FieldType.Int64 => long.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var number) ? number : null,
            FieldType.Double => double.TryParse(text, NumberStyles.Float, invariant, out var number) ? number : null,
            FieldType.Enum => YamlEnumNames.FindNumber(field.EnumType, text),
            FieldType.Message when field.MessageType == Duration.Descriptor => DurationText.TryParse(text, out var span) ? span : null,
            FieldType.Message => ParseTime(text),
            _ => throw new NotSupportedException($"Fields of type {field.FieldType}, as {field.FullName}, have no form in YAML yet."),
        };
    }

    private static Timestamp? ParseTime(string text)
    {
        try
        {
            return text.AsSpan().ContainsAny('"', '\\') ? null : JsonParser.Default.Parse<Timestamp>($"\"{text}\"");
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private YamlMappingNode Mapping(YamlNode node, MessageDescriptor descriptor)
    {
        if (node is YamlMappingNode mapping)
        {
            return mapping;
        }

        var keys = string.Join(", ", descriptor.Fields.InFieldNumberOrder().Select(field => field.Name));
        throw Fault(node, $"{Found(node)}, where there may be: {keys}");
    }

    private void RefuseSecond(IMessage message, FieldDescriptor field, YamlNode key)
    {
        var isSet = field.HasPresence
            ? field.Accessor.HasValue(message)
            : !field.Accessor.GetValue(message).Equals(field.Accessor.GetValue(message.Descriptor.Parser.ParseFrom(ByteString.Empty)));
        if (isSet)
        {
            throw Fault(key, $"{field.Name} is set already, in this file or one before it; it is set once");
        }

        if (field.RealContainingOneof is { } choice && choice.Accessor.GetCaseFieldDescriptor(message) is { } other)
        {
            throw Fault(key, $"{other.Name} is set already; only one of {string.Join(", ", choice.Fields.Select(one => one.Name))} may be");
        }
    }

    private static string UnknownKey(string key, MessageDescriptor descriptor)
    {
        var names = descriptor.Fields.InFieldNumberOrder().Select(field => field.Name).ToArray();
        var hint = NearestName.Hint(ShortName.Shorten(key), names);
        return $"there is no '{ShortName.Shorten(key)}' here{(hint.Length > 0 ? hint : "; there may be: " + string.Join(", ", names))}";
    }

    private static string Found(YamlNode node) => node switch
    {
        YamlMappingNode => "found a mapping",
        YamlSequenceNode => "found a list",
        YamlScalarNode { Value: { Length: > 0 } text } => $"found \"{ShortName.Shorten(text)}\"",
        _ => "found nothing",
    };

    private static string Expected(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => "true or false",
        FieldType.Int32 or FieldType.Int64 => "a whole number",
        FieldType.Double => "a number",
        FieldType.Enum => "one of " + string.Join(", ", YamlEnumNames.GetNames(field.EnumType)),
        FieldType.Message when field.MessageType == Duration.Descriptor => "a span such as 7d, 12h, 30m or 90s",
        FieldType.Message => "a time in RFC 3339, such as 2026-01-01T00:00:00+08:00",
        _ => "a text",
    };

    private static string Hint(FieldDescriptor field, string text) =>
        field.FieldType == FieldType.Enum ? NearestName.Hint(ShortName.Shorten(text), YamlEnumNames.GetNames(field.EnumType)) : "";

    private CatalogFileException Fault(YamlNode node, string fault) => new(file, node.Start.Line, node.Start.Column, fault);
}
