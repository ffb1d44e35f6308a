using System.Globalization;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs.Tags;

/// <summary>
/// What live tags were computed from, version by version, remembered with the catalogue's names: customers keep of events what
/// the window of the day needed, so after a longer one the value is not known until what was kept reaches back.
/// </summary>
/// <remarks>An entry is <c>tag|version|since|window|event|property</c>, times in milliseconds; window 0: it was no live tag.</remarks>
internal sealed class LiveTagHistory
{
    private readonly ILookup<string, Entry> _entries;

    private LiveTagHistory(SymbolTable symbols) => _entries = symbols.Symbols
        .Where(static symbol => symbol.Kind == SymbolKind.LiveTagSource)
        .Select(static symbol => Entry.Read(symbol.Name))
        .ToLookup(static entry => entry.TagId, StringComparer.Ordinal);

    public static LiveTagHistory In(SymbolTable symbols) => new(symbols);

    /// <summary>The event and property that a tag was computed from before a version; null when it was not.</summary>
    public (string EventTypeId, string Property)? SourceBefore(string tagId, long version) =>
        _entries[tagId].LastOrDefault(entry => entry.Version < version) is { } entry ? (entry.EventTypeId, entry.Property) : null;

    /// <summary>From when on a tag's value is right in a version, unix milliseconds; <see cref="long.MinValue"/>: always.</summary>
    public long KnownFromMs(string tagId, long version)
    {
        var reachesMs = long.MinValue;
        Entry? before = null;
        foreach (var entry in _entries[tagId].Where(entry => entry.Version <= version))
        {
            // All that happened since is counted: as far back as the window was when it changed.
            reachesMs = before is null ? reachesMs : Math.Max(reachesMs, entry.SinceMs - before.WindowMs);
            before = entry;
        }

        return reachesMs == long.MinValue ? reachesMs : reachesMs + before!.WindowMs;
    }

    /// <summary>What a version adds to what is remembered.</summary>
    public IEnumerable<Symbol> Added(V1.Catalog definition, long version, long sinceMs)
    {
        var live = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tag in definition.Tags.Where(static tag => CatalogIds.IsWellFormed(tag.TagId) && tag.Live?.Window is not null))
        {
            var entry = new Entry(tag.TagId, version, sinceMs, ToMilliseconds(tag.Live.Window), tag.Live.EventTypeId, tag.Live.Property);
            if (live.Add(tag.TagId)
                && (_entries[tag.TagId].LastOrDefault() is not { } last || (last.Version < version && !last.IsSame(entry))))
            {
                yield return entry.ToSymbol();
            }
        }

        foreach (var last in _entries.Select(static entries => entries.Last()))
        {
            if (last.Version < version && last.WindowMs > 0 && !live.Contains(last.TagId))
            {
                yield return (last with { Version = version, SinceMs = sinceMs, WindowMs = 0 }).ToSymbol();
            }
        }
    }

    /// <summary>What is remembered of a tag, under the name that it takes.</summary>
    public IEnumerable<Symbol> Renamed(string tagId, string newId) =>
        _entries[tagId].Select(entry => (entry with { TagId = newId }).ToSymbol());

    // Of a window that has a fault all the same.
    private static long ToMilliseconds(Google.Protobuf.WellKnownTypes.Duration window) =>
        (Math.Clamp(window.Seconds, 1, 90 * 86_400) * 1000) + (window.Nanos / 1_000_000);

    private sealed record Entry(string TagId, long Version, long SinceMs, long WindowMs, string EventTypeId, string Property)
    {
        public bool IsSame(Entry other) => (WindowMs, EventTypeId, Property) == (other.WindowMs, other.EventTypeId, other.Property);

        public Symbol ToSymbol() => new(
            SymbolKind.LiveTagSource,
            string.Create(CultureInfo.InvariantCulture, $"{TagId}|{Version}|{SinceMs}|{WindowMs}|{EventTypeId}|{Property}"));

        public static Entry Read(string name)
        {
            var fields = name.Split('|', 6);
            var number = CultureInfo.InvariantCulture;
            return new(
                fields[0], long.Parse(fields[1], number), long.Parse(fields[2], number), long.Parse(fields[3], number), fields[4],
                fields[5]);
        }
    }
}
