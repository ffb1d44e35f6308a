using System.Collections.Concurrent;
using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Zhice.Catalogs.Yaml;

namespace Zhice.Api.Rest;

/// <summary>The fields of a message by the names that JSON may use: <c>customerId</c> and <c>customer_id</c>.</summary>
internal sealed class JsonNames
{
    private readonly ConcurrentDictionary<string, JsonNames> _inner;
    private readonly FrozenDictionary<string, FieldDescriptor> _fields;

    public JsonNames(MessageDescriptor type)
        : this(type, new(StringComparer.Ordinal))
    {
    }

    private JsonNames(MessageDescriptor type, ConcurrentDictionary<string, JsonNames> inner)
    {
        (Type, _inner) = (type, inner);
        _fields = type.Fields.InDeclarationOrder()
            .SelectMany(static field => new[] { KeyValuePair.Create(field.JsonName, field), KeyValuePair.Create(field.Name, field) })
            .DistinctBy(static pair => pair.Key)
            .ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The message.</summary>
    public MessageDescriptor Type { get; }

    /// <summary>The names as JSON writes them.</summary>
    public IEnumerable<string> All => Type.Fields.InDeclarationOrder().Select(static each => each.JsonName);

    /// <summary>A field by one of its names; null when there is none.</summary>
    public FieldDescriptor? Find(string name) => _fields.GetValueOrDefault(name);

    /// <summary>The names of another message.</summary>
    public JsonNames Get(MessageDescriptor type) =>
        _inner.GetOrAdd(type.FullName, static (_, of) => new(of.type, of._inner), (type, _inner));

    /// <summary>The full name of a value of an enum, by that or by its short one; null when there is none.</summary>
    public static string? FullName(EnumDescriptor type, string name) =>
        type.FindValueByName(name) is not null ? name
        : YamlEnumNames.FindNumber(type, name.ToLowerInvariant()) is int number && !char.IsAsciiDigit(name[0])
            && name[0] != '-' ? type.FindValueByNumber(number)?.Name
        : null;

    /// <summary>The names that an enum's values may be called by.</summary>
    public static string FormatEnumNames(EnumDescriptor type) =>
        string.Join(", ", YamlEnumNames.GetNames(type).Select(static name => name.ToUpperInvariant()));
}
