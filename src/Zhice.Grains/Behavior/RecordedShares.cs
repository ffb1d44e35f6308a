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
    public int FindParts(BehaviorAnalysis analysis)
    {
        if (!analysis.JoinsTypes)
        {
            return Assignment.Parts;
        }

        var (catalog, usual) = (catalogs.Current, BehaviorSample.ToParts(options.BehaviorShare));
        var parts = analysis.EventTypes.IsEmpty
            ? catalog.Behavior.Values.Select(static recording => recording.Parts).Append(usual)
            : analysis.EventTypes.Select(type =>
                catalog.Behavior.TryGetValue(catalog.Symbols.Find(SymbolKind.EventType, type), out var recording)
                    ? recording.Parts
                    : usual);
        return parts.Where(static each => each > 0).DefaultIfEmpty(Assignment.Parts).Min();
    }
}
