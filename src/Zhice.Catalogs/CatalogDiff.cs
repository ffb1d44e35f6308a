using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Catalog = Zhice.V1.Catalog;

namespace Zhice.Catalogs;

/// <summary>What happened to a part of a catalogue.</summary>
public enum PartDifferenceKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>It is another.</summary>
    Changed,
}

/// <summary>One difference of two catalogues.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Path">Where, by ids, such as "actions[term_deposit].eligibility[adult].expression".</param>
/// <param name="Before">The value before, as text; null for what was added, and for whole parts.</param>
/// <param name="After">The value after, as text; null for what was removed, and for whole parts.</param>
public readonly record struct PartDifference(PartDifferenceKind Kind, string Path, string? Before, string? After);

/// <summary>Compares catalogues by the ids of their parts, so that moved parts are not changed ones.</summary>
public static class CatalogDiff
{
    /// <summary>The differences, in the order of the fields.</summary>
    public static ImmutableArray<PartDifference> Between(Catalog before, Catalog after)
    {
        var changes = ImmutableArray.CreateBuilder<PartDifference>();
        Compare("", before, after, changes);
        return changes.ToImmutable();
    }

    private static void Compare(string path, IMessage before, IMessage after, ImmutableArray<PartDifference>.Builder changes)
    {
        foreach (var field in before.Descriptor.Fields.InDeclarationOrder())
        {
            var fieldPath = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (field.IsRepeated && FindIdField(field) is { } id)
            {
                CompareParts(fieldPath, id, Parts(field, before), Parts(field, after), changes);
            }
            else
            {
                CompareValues(fieldPath, field, before, after, changes);
            }
        }
    }

    private static void CompareParts(
        string path, FieldDescriptor id, List<IMessage> before, List<IMessage> after, ImmutableArray<PartDifference>.Builder changes)
    {
        // A journey has several versions at once.
        var version = id.ContainingType.FindFieldByName("version");
        string Key(IMessage part) => version is null
            ? (string)id.Accessor.GetValue(part)
            : string.Create(CultureInfo.InvariantCulture, $"{id.Accessor.GetValue(part)}, version {version.Accessor.GetValue(part)}");
        var (old, current) = (ByKey(before, Key), ByKey(after, Key));
        foreach (var key in old.Keys.Where(k => !current.ContainsKey(k)))
        {
            changes.Add(new(PartDifferenceKind.Removed, $"{path}[{key}]", null, null));
        }

        foreach (var (key, part) in current)
        {
            if (old.TryGetValue(key, out var earlier))
            {
                Compare($"{path}[{key}]", earlier, part, changes);
            }
            else
            {
                changes.Add(new(PartDifferenceKind.Added, $"{path}[{key}]", null, null));
            }
        }

        // Order has a meaning: the first treatment that fits is taken, verdicts come in the catalogue's order.
        var (orderBefore, orderAfter) = (old.Keys.Where(current.ContainsKey).ToArray(), current.Keys.Where(old.ContainsKey).ToArray());
        if (!orderBefore.SequenceEqual(orderAfter))
        {
            changes.Add(new(PartDifferenceKind.Changed, $"{path} (order)", string.Join(", ", orderBefore), string.Join(", ", orderAfter)));
        }
    }

    private static void CompareValues(
        string path, FieldDescriptor field, IMessage before, IMessage after, ImmutableArray<PartDifference>.Builder changes)
    {
        var (isSetBefore, isSetAfter) = (IsSet(field, before), IsSet(field, after));
        var (old, current) = (field.Accessor.GetValue(before), field.Accessor.GetValue(after));
        if (isSetBefore && isSetAfter && old is IMessage oldMessage && current is IMessage message && !IsWellKnown(field))
        {
            Compare(path, oldMessage, message, changes);
        }
        else if (isSetBefore != isSetAfter || !Equals(old, current))
        {
            var kind = isSetBefore == isSetAfter ? PartDifferenceKind.Changed
                : isSetAfter ? PartDifferenceKind.Added
                : PartDifferenceKind.Removed;
            changes.Add(new(kind, path, isSetBefore ? Text(field, old) : null, isSetAfter ? Text(field, current) : null));
        }
    }

    // Parts have their id as their first field.
    private static FieldDescriptor? FindIdField(FieldDescriptor field) =>
        field.FieldType == FieldType.Message && field.MessageType.FindFieldByNumber(1) is { FieldType: FieldType.String } first
            && first.Name.EndsWith("_id", StringComparison.Ordinal)
                ? first
                : null;

    private static List<IMessage> Parts(FieldDescriptor field, IMessage message) =>
        [.. ((IList)field.Accessor.GetValue(message)).Cast<IMessage>()];

    // A part given twice is a fault that apply names; here the last one counts. Keeps the order.
    private static OrderedDictionary<string, IMessage> ByKey(List<IMessage> parts, Func<IMessage, string> key)
    {
        var byKey = new OrderedDictionary<string, IMessage>(StringComparer.Ordinal);
        parts.ForEach(p => byKey[key(p)] = p);
        return byKey;
    }

    private static bool IsSet(FieldDescriptor field, IMessage message) =>
        field.HasPresence ? field.Accessor.HasValue(message) : true;

    private static bool IsWellKnown(FieldDescriptor field) => field.MessageType.File.Package == "google.protobuf";

    private static string Text(FieldDescriptor field, object value) => value switch
    {
        string text => text,
        IList list => string.Join(", ", list.Cast<object>().Select(item => Text(field, item))),
        bool isTrue => isTrue ? "true" : "false",
        _ when field.FieldType == FieldType.Enum => field.EnumType.FindValueByNumber((int)value)?.Name ?? $"{(int)value}",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IMessage message => JsonFormatter.ToDiagnosticString(message).Trim('"'),
        _ => value.ToString() ?? "",
    };
}
