using System.Globalization;
using Google.Protobuf.Reflection;

namespace Zhice.Catalogs.Yaml;

/// <summary>Enums by their short names: <c>TAG_TYPE_INTEGER</c> is <c>integer</c>.</summary>
public static class YamlEnumNames
{
    /// <summary>The short names, without the one that says nothing.</summary>
    public static IEnumerable<string> GetNames(EnumDescriptor type) =>
        type.Values.Where(value => value.Number != 0).Select(ShortName);

    /// <summary>The number of a short or full name, or of a number; null when there is none.</summary>
    public static object? FindNumber(EnumDescriptor type, string text)
    {
        var value = type.Values.FirstOrDefault(value => value.Name == text || ShortName(value) == text);
        return value is not null
            ? value.Number
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The short name of a number; the number itself when it has none.</summary>
    public static string GetName(EnumDescriptor type, int number) =>
        type.FindValueByNumber(number) is { } value ? ShortName(value) : number.ToString(CultureInfo.InvariantCulture);

    // By buf's rules every value begins with the name of its enum.
    private static string ShortName(EnumValueDescriptor value)
    {
        var prefix = string.Concat(value.EnumDescriptor.Name.Select((c, i) => char.IsAsciiLetterUpper(c) && i > 0 ? $"_{c}" : $"{c}"))
            + "_";
        return value.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            ? value.Name[prefix.Length..].ToLowerInvariant()
            : value.Name;
    }
}
