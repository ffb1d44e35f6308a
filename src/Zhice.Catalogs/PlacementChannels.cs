using System.Collections.Frozen;
using System.Globalization;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs;

/// <summary>
/// The channels of placements, remembered with the catalogue's names: what is heard late of a placement that was taken out counts in its
/// channel.
/// </summary>
/// <remarks>An entry is <c>placement|version|channel</c>.</remarks>
internal static class PlacementChannels
{
    /// <summary>What a version adds to what is remembered.</summary>
    public static IEnumerable<Symbol> Added(V1.Catalog definition, SymbolTable known, long version)
    {
        var last = Entries(known).ToLookup(static entry => entry.Placement, StringComparer.Ordinal);
        foreach (var placement in definition.Placements)
        {
            var before = last[placement.PlacementId].LastOrDefault();
            if (CatalogIds.IsWellFormed(placement.PlacementId) && CatalogIds.IsWellFormed(placement.ChannelId)
                && (before.Placement is null || (before.Version < version && before.Channel != placement.ChannelId)))
            {
                yield return new(
                    SymbolKind.PlacementChannel,
                    string.Create(CultureInfo.InvariantCulture, $"{placement.PlacementId}|{version}|{placement.ChannelId}"));
            }
        }
    }

    /// <summary>The numbers of the channels of all placements that there were up to a version, by their numbers.</summary>
    public static FrozenDictionary<ushort, ushort> Read(SymbolTable symbols, long version)
    {
        var channels = new Dictionary<ushort, ushort>();
        foreach (var entry in Entries(symbols).Where(entry => entry.Version <= version))
        {
            channels[symbols.Find(SymbolKind.Placement, entry.Placement)] = symbols.Find(SymbolKind.Channel, entry.Channel);
        }

        return channels.ToFrozenDictionary();
    }

    private static IEnumerable<(string Placement, long Version, string Channel)> Entries(SymbolTable symbols) => symbols.Symbols
        .Where(static symbol => symbol.Kind == SymbolKind.PlacementChannel)
        .Select(static symbol => symbol.Name.Split('|', 3))
        .Select(static fields => (fields[0], long.Parse(fields[1], CultureInfo.InvariantCulture), fields[2]));
}
