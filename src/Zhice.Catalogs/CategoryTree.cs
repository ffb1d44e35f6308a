using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs;

/// <summary>The categories of a definition: issues, and the groups within them.</summary>
internal sealed class CategoryTree
{
    private const int MaxCategories = 256;

    private readonly Dictionary<string, string> _parents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<Rule>> _rules = new(StringComparer.Ordinal);

    public CategoryTree(RepeatedField<V1.Category> definitions, RuleCompiler rules, CatalogFaults faults)
    {
        Ids = new CatalogIds("category", faults);
        faults.AtMost("categories", definitions.Count, MaxCategories, "categories");
        for (var i = 0; i < definitions.Count && !faults.IsFull; i++)
        {
            var (path, category) = ($"categories[{i}]", definitions[i]);
            Ids.Add(path, "category_id", category.CategoryId);
            faults.DisplayName($"{path}.display_name", category.DisplayName, category.CategoryId);
            _parents[category.CategoryId] = category.ParentCategoryId;
            _rules[category.CategoryId] = rules.Compile(
                path, "rule of a category", category.CategoryId, category.Eligibility, category.Applicability, category.Suitability,
                category.Protective);
        }

        for (var i = 0; i < definitions.Count && !faults.IsFull; i++)
        {
            var (path, parent) = ($"categories[{i}].parent_category_id", definitions[i].ParentCategoryId);
            if (parent.Length > 0 && Ids.Knows(path, parent) && _parents[parent].Length > 0)
            {
                faults.Add(path, $"'{parent}' is a group of '{_parents[parent]}' itself; name a category that is of none");
            }
        }
    }

    /// <summary>Their ids.</summary>
    public CatalogIds Ids { get; }

    /// <summary>The tree by the categories' numbers.</summary>
    public CategoryGroups CreateGroups(SymbolTable symbols) => new(_parents.Select(each => KeyValuePair.Create(
        symbols.Find(SymbolKind.Category, each.Key), symbols.Find(SymbolKind.Category, each.Value))));

    /// <summary>Whether a category is another, or a group of it.</summary>
    public bool IsWithin(string category, string other) =>
        category == other || (_parents.TryGetValue(category, out var parent) && parent == other);

    /// <summary>What the actions of a category are asked: the rules of its parent, then its own.</summary>
    public IEnumerable<Rule> GetRules(string category) =>
        _rules.TryGetValue(category, out var own)
            ? (_rules.TryGetValue(_parents[category], out var parents) && _parents[category] != category ? parents : []).Concat(own)
            : [];
}
