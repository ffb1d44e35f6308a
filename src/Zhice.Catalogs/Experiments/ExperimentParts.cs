using System.Globalization;
using Zhice.Domain.Experiments;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs.Experiments;

/// <summary>
/// Which of a layer's 10,000 parts each experiment has, remembered with the catalogue's names: one that grows takes of the parts
/// that none has, one that comes back takes those that it had as far as none has them, and no other is moved.
/// </summary>
/// <remarks>An entry is <c>layer|version|experiment:from-to,from-to;…</c>, and holds from its version to the next entry.</remarks>
internal sealed class ExperimentParts
{
    private readonly ILookup<string, Layout> _layouts;

    private ExperimentParts(SymbolTable symbols) => _layouts = symbols.Symbols
        .Where(static symbol => symbol.Kind == SymbolKind.ExperimentParts)
        .Select(static symbol => Layout.Read(symbol.Name))
        .ToLookup(static layout => layout.LayerId, StringComparer.Ordinal);

    public static ExperimentParts In(SymbolTable symbols) => new(symbols);

    /// <summary>The parts of an experiment in a version; none when nothing is remembered of it.</summary>
    public IReadOnlyList<PartRange> GetRanges(string layerId, string experimentId, long version) =>
        _layouts[layerId].LastOrDefault(layout => layout.Version <= version)?.Parts.GetValueOrDefault(experimentId) ?? [];

    /// <summary>What a version adds to what is remembered.</summary>
    public IEnumerable<Symbol> Added(V1.Catalog definition, long version)
    {
        foreach (var layer in definition.ExperimentLayers.Where(
            static layer => CatalogIds.IsWellFormed(layer.LayerId)).DistinctBy(static layer => layer.LayerId))
        {
            Layout[] before = [.. _layouts[layer.LayerId]];
            if (before.Length == 0 || before[^1].Version < version)
            {
                var next = Next(layer, version, before);
                if (before.Length == 0 || !before[^1].HasSameParts(next))
                {
                    yield return new(SymbolKind.ExperimentParts, next.ToString());
                }
            }
        }
    }

    private static Layout Next(V1.ExperimentLayer layer, long version, Layout[] before)
    {
        var experiments = layer.Experiments.Where(static each => CatalogIds.IsWellFormed(each.ExperimentId))
            .DistinctBy(static each => each.ExperimentId)
            .ToArray();
        var owners = new int[Assignment.Parts];
        Array.Fill(owners, -1);
        var missing = new int[experiments.Length];
        for (var i = 0; i < experiments.Length; i++)
        {
            missing[i] = Math.Clamp((int)Math.Round(experiments[i].Share * Assignment.Parts), 0, Assignment.Parts);
            Take(i, before.LastOrDefault()?.Parts.GetValueOrDefault(experiments[i].ExperimentId) ?? []);
        }

        for (var i = 0; i < experiments.Length; i++)
        {
            if (before.LastOrDefault()?.Parts.ContainsKey(experiments[i].ExperimentId) is not true)
            {
                Take(
                    i,
                    before.LastOrDefault(
                        layout => layout.Parts.ContainsKey(experiments[i].ExperimentId))?.Parts[experiments[i].ExperimentId]
                        ?? []);
            }
        }

        for (var i = 0; i < experiments.Length; i++)
        {
            Take(i, [new(0, Assignment.Parts)]);
        }

        return new(layer.LayerId, version, experiments.Index().ToDictionary(
            static each => each.Item.ExperimentId, each => ToRanges(owners, each.Index), StringComparer.Ordinal));

        void Take(int experiment, IReadOnlyList<PartRange> parts)
        {
            foreach (var range in parts)
            {
                for (var part = range.From; part < range.To && missing[experiment] > 0; part++)
                {
                    if (owners[part] < 0)
                    {
                        owners[part] = experiment;
                        missing[experiment]--;
                    }
                }
            }
        }
    }

    private static List<PartRange> ToRanges(int[] owners, int experiment)
    {
        var ranges = new List<PartRange>();
        for (var part = 0; part < owners.Length; part++)
        {
            if (owners[part] == experiment)
            {
                var isNext = ranges.Count > 0 && ranges[^1].To == part;
                var from = isNext ? ranges[^1].From : part;
                if (isNext)
                {
                    ranges.RemoveAt(ranges.Count - 1);
                }

                ranges.Add(new(from, part + 1));
            }
        }

        return ranges;
    }

    private sealed record Layout(string LayerId, long Version, Dictionary<string, List<PartRange>> Parts)
    {
        public bool HasSameParts(Layout other) => Text() == other.Text();

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{LayerId}|{Version}|{Text()}");

        public static Layout Read(string name)
        {
            var fields = name.Split('|', 3);
            var parts = new Dictionary<string, List<PartRange>>(StringComparer.Ordinal);
            foreach (var experiment in fields[2].Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                var named = experiment.Split(':', 2);
                parts[named[0]] = [.. named[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static range => range.Split('-', 2))
                    .Select(static ends =>
                        new PartRange(int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[1], CultureInfo.InvariantCulture)))];
            }

            return new(fields[0], long.Parse(fields[1], CultureInfo.InvariantCulture), parts);
        }

        private string Text() => string.Join(';', Parts.OrderBy(static each => each.Key, StringComparer.Ordinal).Select(static each =>
            $"{each.Key}:{string.Join(',', each.Value.Select(static range => string.Create(CultureInfo.InvariantCulture, $"{range.From}-{range.To}")))}"));
    }
}
