using System.Collections.Immutable;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Primitives;
using Zhice.Grains.Measurement;

namespace Zhice.Grains.Behavior;

/// <summary>Of which customers all events that an analysis needs are recorded, by the catalogue in force and the silo's settings.</summary>
internal sealed class RecordedShares(ICatalogs catalogs, FactLogOptions options)
{
    /// <summary>
    /// How many parts of the customers the analysis is of: the smallest share of its types. With customers of whom one type alone is
    /// recorded a funnel would end too early. Types that are not recorded now do not count: they may have been.
    /// </summary>
    public int FindParts(BehaviorAnalysis analysis) => analysis.JoinsTypes ? FindParts(analysis.EventTypes) : Assignment.Parts;

    /// <summary>The same of some types of event together.</summary>
    /// <param name="types">The types; empty for all.</param>
    public int FindParts(ImmutableArray<string> types)
    {
        var (catalog, usual) = (catalogs.Current, BehaviorSample.ToParts(options.BehaviorShare));
        var parts = types.IsEmpty
            ? catalog.Behavior.Values.Select(static recording => recording.Parts).Append(usual)
            : types.Select(type =>
                catalog.Behavior.TryGetValue(catalog.Symbols.Find(SymbolKind.EventType, type), out var recording)
                    ? recording.Parts
                    : usual);
        return parts.Where(static each => each > 0).DefaultIfEmpty(Assignment.Parts).Min();
    }
}
