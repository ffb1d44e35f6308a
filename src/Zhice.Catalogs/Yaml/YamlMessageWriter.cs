using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Zhice.Catalogs.Yaml;

/// <summary>Writes protobuf messages as YAML by their descriptors; what is unset is left out.</summary>
internal static class YamlMessageWriter
{
    private static readonly string[] OtherMeanings = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

    /// <summary>The fields that are set.</summary>
    public static YamlMappingNode ToNode(IMessage message, IEnumerable<FieldDescriptor> fields)
    {
        var node = new YamlMappingNode();
        foreach (var field in fields)
        {
            if (field.IsRepeated)
            {
                var items = (IList)field.Accessor.GetValue(message);
                if (items.Count > 0)
                {
                    node.Add(field.Name, new YamlSequenceNode(items.Cast<object>().Select(item => ToNode(field, item))));
                }
            }
            else if (field.HasPresence ? field.Accessor.HasValue(message) : !IsDefault(field.Accessor.GetValue(message)))
            {
                node.Add(field.Name, ToNode(field, field.Accessor.GetValue(message)));
            }
        }

        return node;
    }

    /// <summary>The file's text.</summary>
    public static string ToText(YamlNode root)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings(2, int.MaxValue, false, 1024));
        new YamlStream(new YamlDocument(root)).Save(emitter, assignAnchors: false);
        return text.ToString();
    }

    private static YamlNode ToNode(FieldDescriptor field, object value)
    {
        switch (value)
        {
            case Duration span:
                return new YamlScalarNode(DurationText.Format(span));
            case Timestamp time:
                return new YamlScalarNode(JsonFormatter.Default.Format(time).Trim('"'));
            case IMessage message:
                return ToNode(message, message.Descriptor.Fields.InFieldNumberOrder());
            case string text:
                return new YamlScalarNode(text) { Style = IsPlain(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted };
            case bool flag:
                return new YamlScalarNode(flag ? "true" : "false");
            default:
                return new YamlScalarNode(field.FieldType == FieldType.Enum
                    ? YamlEnumNames.GetName(field.EnumType, Convert.ToInt32(value, CultureInfo.InvariantCulture))
                    : Convert.ToString(value, CultureInfo.InvariantCulture));
        }
    }

    private static bool IsDefault(object value) => value switch
    {
        string text => text.Length == 0,
        bool flag => !flag,
        double number => BitConverter.DoubleToInt64Bits(number) == 0,
        _ => Convert.ToInt64(value, CultureInfo.InvariantCulture) == 0,
    };

    // Texts that YAML reads as nothing but themselves stay bare; all others are quoted.
    private static bool IsPlain(string text) =>
        text.Length > 0
        && char.IsLetter(text[0])
        && text.All(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '/')
        && !OtherMeanings.Contains(text, StringComparer.OrdinalIgnoreCase);
}
