using System.Collections.Frozen;
using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.DomainBench;

/// <summary>A customer of 60 tags, as a bank keeps, with those that the example asks for among them.</summary>
internal static class SampleTags
{
    public const long NowMs = 1_772_424_000_000;
    private const long DayMs = 86_400_000;
    private const ushort Login = 1;

    private static readonly ImmutableArray<TagDefinition> Tags =
    [
        .. Enumerable.Range(1, 54).Select(static i => Tag($"fact_{i}", (ushort)(i * 2), TagType.Integer)),
        Tag("age", 31, TagType.Integer),
        Tag("city", 47, TagType.String),
        Tag("aum", 63, TagType.Decimal),
        Tag("salary", 77, TagType.Decimal),
        Tag("last_login", 91, TagType.Time),
        Tag(
            "logins_7d", 99,
            TagType.Integer) with { FedBy = Login, Live = new LiveTagRule(99, TagType.Integer, LiveFunction.Count, 7 * DayMs, null) },
    ];

    public static Catalog Catalog { get; } = new(
        1, new SymbolTable([new(SymbolKind.EventType, "login")]), new BankCalendar("Asia/Shanghai"), Tags, [], [], [], ["login"], []);

    public static ExpressionSchema Schema { get; } = new(
        Catalog.TagsById,
        Catalog.EventTypes,
        new Dictionary<string, JourneyStages>
        {
            ["loan"] = new("loan", 1, new Dictionary<string, ushort> { ["applied"] = 1 }.ToFrozenDictionary()),
        },
        new Dictionary<string, CapScope>());

    public static CustomerState Customer(long age, string city, long aum)
    {
        var state = new CustomerState();
        foreach (var tag in Tags)
        {
            if (tag.Id.StartsWith("fact_", StringComparison.Ordinal))
            {
                state.Tags.Set(tag.Number, TagValue.Integer(tag.Number), NowMs, TagSource.Import);
            }
        }

        state.Tags.Set(31, TagValue.Integer(age), NowMs, TagSource.Import);
        state.Tags.Set(47, TagValue.String(city), NowMs, TagSource.Import);
        state.Tags.Set(63, TagValue.Decimal(aum * Decimal4.Scale), NowMs, TagSource.Import);
        state.Tags.Set(77, TagValue.Decimal(8000 * Decimal4.Scale), NowMs, TagSource.Import);
        state.Tags.Set(91, TagValue.Time(NowMs - (3 * DayMs)), NowMs, TagSource.Import);
        for (var hours = 1; hours <= 5; hours++)
        {
            state.LiveTags.Observe(Tags[^1].Live!, NowMs - (hours * DayMs / 2), 0, TagValue.Time(NowMs));
        }

        return state;
    }

    private static TagDefinition Tag(string id, ushort number, TagType type) =>
        new() { Id = id, Number = number, Type = type, FeatureSeed = FeatureVector.GetSeed("tag:" + id) };
}
