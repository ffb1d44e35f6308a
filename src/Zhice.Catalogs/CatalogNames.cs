using System.Globalization;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs;

/// <summary>How many of the numbers are used up that names get for good, and how many a change may take.</summary>
public static class CatalogNames
{
    /// <summary>How many names of a kind there may ever be, in all versions.</summary>
    public const int MaxNames = ushort.MaxValue;

    /// <summary>How many new names of a kind one change may bring.</summary>
    public const int MaxNew = 16_384;

    private static readonly (SymbolKind Kind, string Words)[] Kinds =
    [
        (SymbolKind.Tag, "tags"), (SymbolKind.TypedTag, "types of tags"), (SymbolKind.EnumValue, "enum values"),
        (SymbolKind.EventType, "event types"),
        (SymbolKind.Channel, "channels"), (SymbolKind.Placement, "placements"), (SymbolKind.Category, "categories"),
        (SymbolKind.Action, "actions"),
        (SymbolKind.Treatment, "treatments"), (SymbolKind.Journey, "journeys"), (SymbolKind.Stage, "stages"),
    ];

    /// <summary>What is used of each kind, by its name in words.</summary>
    public static IEnumerable<(string Kind, int Used)> Used(SymbolTable symbols)
    {
        var counts = symbols.Symbols.GroupBy(static symbol => symbol.Kind)
            .ToDictionary(static kind => kind.Key, static kind => kind.Count());
        return Kinds.Select(kind => (kind.Words, counts.GetValueOrDefault(kind.Kind)));
    }

    /// <summary>A sentence for each kind of which half is used up, when a change brings new ones.</summary>
    public static IEnumerable<string> Warnings(SymbolTable before, SymbolTable after) => Used(after).Zip(Used(before))
        .Where(static kind => kind.First.Used > MaxNames / 2 && kind.First.Used > kind.Second.Used)
        .Select(static kind => string.Create(
            CultureInfo.InvariantCulture,
            $"{kind.First.Used:N0} of {MaxNames:N0} names of {kind.First.Kind} are used, with those that the catalogue no longer has; a name is never freed. Add few new names."));

    /// <summary>Refuses a change that brings too many new names.</summary>
    internal static void Check(SymbolTable before, SymbolTable after, CatalogFaults faults)
    {
        foreach (var (now, then) in Used(after).Zip(Used(before)))
        {
            if (now.Used - then.Used > MaxNew)
            {
                faults.Add("", string.Create(
                    CultureInfo.InvariantCulture,
                    $"found {now.Used - then.Used:N0} new names of {now.Kind}; a change may bring {MaxNew:N0}, as names are numbered for good and numbers end at {MaxNames:N0}, of which {then.Used:N0} are used"));
            }
        }
    }
}
