using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Catalogs.Tags;

/// <summary>Checks which tags are crossed with which.</summary>
internal sealed class TagCrossings(SymbolTable symbols, CatalogFaults faults)
{
    private const int MaxOfTag = 4;
    private const int MaxOfAll = 32;

    // What is asked for, in its order: a tag may be named before it is defined.
    private readonly List<(string Path, string TagId, string OtherId)> _asked = [];

    /// <summary>The numbers of the tags that one is crossed with.</summary>
    public ImmutableArray<ushort> GetNumbers(string path, V1.TagDefinition definition)
    {
        RepeatedField<string> others = definition.ModelFeature?.CrossedWith ?? [];
        faults.AtMost(path, others.Count, MaxOfTag, "tags");
        for (var i = 0; i < others.Count && !faults.IsFull; i++)
        {
            _asked.Add(($"{path}[{i}]", definition.TagId, others[i]));
        }

        return [.. others.Select(other => symbols.Find(SymbolKind.Tag, other)).Where(static number => number != 0)];
    }

    /// <summary>Checks them, now that all tags are known.</summary>
    public void Check(IEnumerable<TagDefinition> tags)
    {
        var known = tags.ToDictionary(static tag => tag.Id, StringComparer.Ordinal);
        var pairs = new HashSet<(string, string)>();
        foreach (var (path, tagId, otherId) in _asked)
        {
            if (faults.IsFull)
            {
                return;
            }

            var isInOrder = string.CompareOrdinal(tagId, otherId) < 0;
            var wrong = !known.TryGetValue(otherId, out var other) ? "there is no such tag"
                : otherId == tagId ? "a tag is crossed with another"
                : other.IsHiddenFromModels ? "no model reads that tag"
                : known.TryGetValue(tagId, out var own) && own.IsHiddenFromModels ? "no model reads this tag"
                : !pairs.Add(isInOrder ? (tagId, otherId) : (otherId, tagId)) ? "these two are crossed already"
                : null;
            if (wrong is not null)
            {
                faults.Add(path, $"found \"{ShortName.Shorten(otherId)}\": {wrong}; name another tag that models read, or leave it out");
            }
        }

        faults.AtMost("tags", pairs.Count, MaxOfAll, "pairs of crossed tags");
    }
}
