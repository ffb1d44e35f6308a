using System.Globalization;
using Zhice.V1;

namespace Zhice.Case;

/// <summary>The 60 tags of a customer: 55 whole numbers, and age, city, assets, salary and last login.</summary>
public static class CaseTags
{
    /// <summary>How many tags there are.</summary>
    public const int Count = Facts + 5;

    /// <summary>The places of tags that are no plain numbers among the values of a customer.</summary>
    public const int Age = Facts, City = Facts + 1, Assets = Facts + 2, Salary = Facts + 3, LastLogin = Facts + 4;

    internal const int Facts = 55;

    /// <summary>Their ids, in the order of the values of a customer.</summary>
    public static IReadOnlyList<string> Ids { get; } =
    [
        .. Enumerable.Range(1, Facts).Select(static number => string.Create(CultureInfo.InvariantCulture, $"fact_{number}")),
        "age", "city", "assets", "salary", "last_login",
    ];

    internal static IEnumerable<TagDefinition> Definitions =>
        Ids.Select(static (id, place) => new TagDefinition { TagId = id, SubclassId = "all", Type = TypeOf(place) });

    internal static IEnumerable<TagDefinition> Notes(int count) => Enumerable.Range(1, count).Select(static number => new TagDefinition
    {
        TagId = $"note_{number}", SubclassId = "all", Type = TagType.String, ModelFeature = new ModelFeature { Excluded = true },
    });

    private static TagType TypeOf(int place) => place switch
    {
        City => TagType.String,
        Assets or Salary => TagType.Decimal,
        LastLogin => TagType.Time,
        _ => TagType.Integer,
    };
}
