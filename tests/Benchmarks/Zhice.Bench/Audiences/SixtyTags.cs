using Zhice.Bench.Customers;
using Zhice.Catalogs;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Primitives;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Purpose = Zhice.V1.Purpose;
using TagDefinition = Zhice.V1.TagDefinition;

namespace Zhice.Bench.Audiences;

/// <summary>A catalogue of the 60 written tags that a model customer has, t1 to t60, and one action to tell of.</summary>
internal static class SixtyTags
{
    /// <summary>As the API takes it.</summary>
    public static V1.Catalog Definition { get; } = Define();

    /// <summary>As a silo uses it.</summary>
    public static Catalog Catalog { get; } = CatalogCompiler.Compile(Definition, SymbolTable.Empty, 1).Catalog!;

    private static V1.Catalog Define()
    {
        var catalog = new V1.Catalog { TimeZone = "Asia/Shanghai", TagClasses = { new TagClass { ClassId = "all", Subclasses = { new TagSubclass { SubclassId = "all" } } } } };
        for (var number = 1; number <= ModelCustomer.TagCount; number++)
        {
            var tag = new TagDefinition { TagId = $"t{number}", SubclassId = "all", Type = TypeOf(number) };
            if (tag.Type == TagType.Enum)
            {
                tag.EnumValues.Add(Enumerable.Range(1, 12).Select(static value => $"v{value}"));
            }

            catalog.Tags.Add(tag);
        }

        catalog.Channels.Add(new V1.Channel { ChannelId = "push" });
        catalog.Placements.Add(new V1.Placement { PlacementId = "push", ChannelId = "push", CountAt = CountAt.Decision });
        catalog.Categories.Add(new Category { CategoryId = "all" });
        catalog.Actions.Add(new V1.Action
        {
            ActionId = "deposit", CategoryId = "all", Purpose = Purpose.Marketing, ValueFen = 100,
            Treatments = { new V1.Treatment { TreatmentId = "plain", PlacementIds = { "push" }, Content = new V1.Content { Title = "For you" } } },
        });
        return catalog;
    }

    private static TagType TypeOf(int number) => (number % 15) switch
    {
        < 6 => TagType.Bool,
        < 9 => TagType.Integer,
        < 11 => TagType.Decimal,
        < 13 => TagType.Enum,
        13 => TagType.Time,
        _ => TagType.String,
    };
}
