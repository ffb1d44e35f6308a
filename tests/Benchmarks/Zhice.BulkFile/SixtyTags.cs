using Zhice.V1;

namespace Zhice.BulkFile;

/// <summary>60 tags of a bank: 20 whole numbers, 15 decimals, 10 truth values, 8 enums, 5 times, 2 texts.</summary>
internal static class SixtyTags
{
    public static readonly string[] Segments = ["new", "mass", "affluent", "private", "dormant"];

    /// <summary>The tags, in the order of their columns.</summary>
    public static IReadOnlyList<(string Id, TagType Type)> All { get; } =
    [
        .. Of("count", 20, TagType.Integer),
        .. Of("amount", 15, TagType.Decimal),
        .. Of("holds", 10, TagType.Bool),
        .. Of("segment", 8, TagType.Enum),
        .. Of("time", 5, TagType.Time),
        .. Of("text", 2, TagType.String),
    ];

    public static Catalog Catalog()
    {
        var catalog = new Catalog
        {
            TagClasses = { new TagClass { ClassId = "bank", DisplayName = "Bank", Subclasses = { new TagSubclass { SubclassId = "facts", DisplayName = "Facts" } } } },
        };
        foreach (var (id, type) in All)
        {
            var tag = new TagDefinition { TagId = id, DisplayName = id, SubclassId = "facts", Type = type };
            tag.EnumValues.AddRange(type == TagType.Enum ? Segments : []);
            catalog.Tags.Add(tag);
        }

        return catalog;
    }

    private static IEnumerable<(string, TagType)> Of(string name, int count, TagType type) =>
        Enumerable.Range(1, count).Select(number => ($"{name}_{number:00}", type));
}
