using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Zhice.Api.Requests;
using Zhice.Domain.Audit;
using Zhice.Domain.Expressions;
using Zhice.Domain.Tags;
using Value = Zhice.V1.Value;

namespace Zhice.Api.Audit;

/// <summary>The values of a thing by their paths, such as <c>actions[deposit].value_fen</c>, and how two of them differ.</summary>
internal sealed class AuditValues
{
    // JR/T 0197: public, and for use within the institution.
    private const int MaxShownLevel = 2;

    // A larger part of a request is recorded by its digest: the entry at the end has what it changed.
    private const int MaxPartBytes = 4_096;

    // The fields that are expressions. What they compare with tags may be a customer's.
    private static readonly HashSet<string> ExpressionFields =
        new(StringComparer.Ordinal) { "expression", "audience", "when", "exit_when", "condition" };

    private readonly SortedDictionary<string, (string Text, string Shown)> _byPath = new(StringComparer.Ordinal);
    private readonly Func<string, bool> _isHidden;
    private readonly AuditDigests? _digests;

    /// <param name="isHidden">Whether the values of a tag, by its id, are masked in expressions; null: of each tag.</param>
    /// <param name="digests">Makes the digests of large parts; null: only their size is recorded.</param>
    public AuditValues(Func<string, bool>? isHidden = null, AuditDigests? digests = null) =>
        (_isHidden, _digests) = (isHidden ?? (static _ => true), digests);

    /// <summary>Values of nothing.</summary>
    public static AuditValues Empty { get; } = new();

    /// <summary>The values of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="shows">Which fields are shown; null: all. One that is not shown, and what is in
    /// it, leaves only that it was there.</param>
    /// <param name="withDefaults">Whether fields that are 0, false or empty are values too.</param>
    /// <param name="isHidden">Whether the values of a tag, by its id, are masked in expressions; null: of each tag.</param>
    /// <param name="digests">Makes the digests of large parts; null: only their size is recorded.</param>
    public static AuditValues Of(
        IMessage message, Func<FieldDescriptor, bool>? shows = null, bool withDefaults = true, Func<string, bool>? isHidden = null,
        AuditDigests? digests = null)
    {
        var values = new AuditValues(isHidden, digests);
        values.AddFields("", message, shows ?? (static _ => true), withDefaults);
        return values;
    }

    /// <summary>Adds a value.</summary>
    /// <param name="path">Where it stands.</param>
    /// <param name="text">The value.</param>
    /// <param name="isHidden">Whether the trail shows only whether it is there, and that it changed.</param>
    public void Add(string path, string text, bool isHidden = false) =>
        _byPath[path] = (text, isHidden && text.Length > 0 ? Values.Mask : text);

    /// <summary>
    /// Adds the value of a customer's tag. The trail outlives the customer's data: it shows only values of the lowest levels.
    /// </summary>
    public void AddTag(TagDefinition tag, long bits, string? text)
    {
        var isHidden = tag.IsSensitive || tag.Protection.Level > MaxShownLevel;
        Add($"tags[{tag.Id}]", isHidden ? FormattableString.Invariant($"{bits}{text}") : Text(Values.Show(tag, bits, text)), isHidden);
    }

    /// <summary>What differs in <paramref name="after"/>, by path.</summary>
    public ImmutableArray<AuditChange> Differences(AuditValues after)
    {
        var changes = ImmutableArray.CreateBuilder<AuditChange>();
        foreach (var path in _byPath.Keys.Union(after._byPath.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (isBefore, isAfter) = (_byPath.TryGetValue(path, out var old), after._byPath.TryGetValue(path, out var current));
            if (isBefore != isAfter || old.Text != current.Text)
            {
                changes.Add(new(path, isBefore ? old.Shown : "", isAfter ? current.Shown : ""));
            }
        }

        return changes.ToImmutable();
    }

    private static string Text(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        Value.KindOneofCase.IntegerValue => value.IntegerValue.ToString(CultureInfo.InvariantCulture),
        Value.KindOneofCase.DecimalValue => value.DecimalValue,
        Value.KindOneofCase.TimeValue => JsonFormatter.ToDiagnosticString(value.TimeValue).Trim('"'),
        _ => value.StringValue,
    };

    private void AddFields(string path, IMessage message, Func<FieldDescriptor, bool> shows, bool withDefaults)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var at = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            var value = field.HasPresence && !field.Accessor.HasValue(message) ? null : field.Accessor.GetValue(message);
            if (value is null or ICollection { Count: 0 } || (!withDefaults && IsDefault(field, value)))
            {
                continue;
            }

            if (!shows(field))
            {
                Add(at, value is ICollection { Count: var count } ? FormattableString.Invariant($"{count}") : "set", isHidden: true);
            }
            else if (value is IDictionary map)
            {
                foreach (DictionaryEntry entry in map)
                {
                    AddOne($"{at}[{entry.Key}]", field.MessageType.FindFieldByNumber(2), entry.Value!, shows, withDefaults);
                }
            }
            else if (value is IList list)
            {
                AddList(at, field, list, shows, withDefaults);
            }
            else
            {
                AddOne(at, field, value, shows, withDefaults);
            }
        }
    }

    // Parts with an id are found by it, wherever they stand; journeys have several versions at once.
    private void AddList(string path, FieldDescriptor field, IList list, Func<FieldDescriptor, bool> shows, bool withDefaults)
    {
        if (field.FieldType != FieldType.Message)
        {
            Add(path, string.Join(", ", list.Cast<object>().Select(item => Text(field, item))));
            return;
        }

        var id = field.MessageType.FindFieldByNumber(1) is { FieldType: FieldType.String } first
            && first.Name.EndsWith("_id", StringComparison.Ordinal)
            ? first
            : null;
        var version = id is null ? null : field.MessageType.FindFieldByName("version");
        var keys = new List<string>(list.Count);
        foreach (var (item, i) in list.Cast<IMessage>().Select(static (item, i) => (item, i)))
        {
            var key = id is null ? i.ToString(CultureInfo.InvariantCulture) : $"{id.Accessor.GetValue(item)}{(version is null ? "" : FormattableString.Invariant($", version {version.Accessor.GetValue(item)}"))}";
            keys.Add(key);
            AddOne($"{path}[{key}]", field, item, shows, withDefaults);
        }

        if (id is not null && withDefaults)
        {
            Add($"{path} (order)", string.Join(", ", keys));
        }
    }

    private void AddOne(string path, FieldDescriptor field, object value, Func<FieldDescriptor, bool> shows, bool withDefaults)
    {
        if (value is IMessage message && message.Descriptor.File.Package != "google.protobuf")
        {
            if (withDefaults)
            {
                Add(path, "(present)");
            }
            else if (message.CalculateSize() is var bytes and > MaxPartBytes)
            {
                Add(path, _digests is null ? $"{bytes} bytes" : $"{bytes} bytes, {_digests.Of(message.ToByteArray())}");
                return;
            }

            AddFields(path, message, shows, withDefaults);
        }
        else if (value is string expression && ExpressionFields.Contains(field.Name))
        {
            _byPath[path] = (expression, ExpressionMask.Apply(expression, _isHidden));
        }
        else
        {
            Add(path, Text(field, value));
        }
    }

    private static bool IsDefault(FieldDescriptor field, object value) => !field.HasPresence && !field.IsRepeated && value switch
    {
        string text => text.Length == 0,
        ByteString bytes => bytes.IsEmpty,
        bool isTrue => !isTrue,
        _ => Convert.ToDouble(value, CultureInfo.InvariantCulture) == 0,
    };

    private static string Text(FieldDescriptor field, object value) => value switch
    {
        string text => text,
        bool isTrue => isTrue ? "true" : "false",
        ByteString bytes => FormattableString.Invariant($"{bytes.Length} bytes"),
        Enum when field.EnumType.FindValueByNumber(Convert.ToInt32(value, CultureInfo.InvariantCulture)) is { } named => named.Name,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IMessage message => JsonFormatter.ToDiagnosticString(message).Trim('"'),
        _ => value.ToString() ?? "",
    };
}
