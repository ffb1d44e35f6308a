using System.Collections.Immutable;

namespace Zhice.Domain.Contacts;

/// <summary>Which category each is a group of, by the catalogue's numbers. What binds a category binds its groups.</summary>
public sealed class CategoryGroups
{
    private readonly ushort[] _parents;
    private readonly bool[] _hasGroups;

    /// <summary>Makes the tree.</summary>
    /// <param name="parents">Of each group the category that it is of; that one is of none.</param>
    public CategoryGroups(IEnumerable<KeyValuePair<ushort, ushort>> parents)
    {
        var all = parents.Where(static each => each.Value != 0).ToImmutableArray();
        _parents = new ushort[all.Select(static each => each.Key + 1).DefaultIfEmpty(0).Max()];
        _hasGroups = new bool[all.Select(static each => each.Value + 1).DefaultIfEmpty(0).Max()];
        foreach (var (group, parent) in all)
        {
            _parents[group] = parent;
            _hasGroups[parent] = true;
        }
    }

    /// <summary>No category is a group of another.</summary>
    public static CategoryGroups None { get; } = new([]);

    /// <summary>The category that one is a group of; 0: of none.</summary>
    public ushort GetParent(ushort category) => category < _parents.Length ? _parents[category] : (ushort)0;

    /// <summary>The category that stands above one, or itself.</summary>
    public ushort GetTop(ushort category) => GetParent(category) is not 0 and var parent ? parent : category;

    /// <summary>Whether a category has groups.</summary>
    public bool HasGroups(ushort category) => category < _hasGroups.Length && _hasGroups[category];

    /// <summary>Whether a category is another, or a group of it.</summary>
    public bool IsWithin(ushort category, ushort other) => category == other || (other != 0 && GetParent(category) == other);

    /// <summary>Whether two catalogues have the same tree.</summary>
    public bool IsSame(CategoryGroups other) => _parents.AsSpan().SequenceEqual(other._parents);
}
