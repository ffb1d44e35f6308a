using System.Collections.Frozen;
using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Experiments;
using Zhice.Domain.Expressions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;

namespace Zhice.TestBank;

/// <summary>A bank of a few tags, a channel and a placement, for tests that need a catalogue to decide by.</summary>
internal static class Bank
{
    public const long DayMs = 86_400_000;

    /// <summary>2026-03-02 12:00 in Shanghai, a Monday.</summary>
    public const long Now = 1_772_424_000_000;

    public const ushort App = 1;
    public const ushort Home = 1;
    public const ushort LoginType = 1;

    public static ImmutableArray<TagDefinition> Tags { get; } =
    [
        Tag("vip", 1, TagType.Bool),
        Tag("age", 2, TagType.Integer),
        Tag("aum", 3, TagType.Decimal),
        Tag("since", 4, TagType.Time),
        Tag("job", 5, TagType.Enum, values: ["student", "retired"]),
        Tag("city", 6, TagType.String),
        Tag("logins", 7, TagType.Integer) with
        {
            Live = new LiveTagRule(7, TagType.Integer, LiveFunction.Count, 30 * DayMs, null), FedBy = LoginType,
        },
        Tag("secret", 8, TagType.Integer) with { Unread = UnreadReason.Excluded },
    ];

    public static FrozenDictionary<string, TagDefinition> TagsById { get; } = Tags.ToFrozenDictionary(static tag => tag.Id);

    /// <summary>What expressions may name: the tags, logins, a journey that no customer is in, and caps.</summary>
    public static ExpressionSchema Schema { get; } = new(
        TagsById,
        new Dictionary<string, ushort> { ["login"] = LoginType, ["logout"] = 2 },
        new Dictionary<string, JourneyStages>
        {
            ["loan"] = new("loan", 1, new Dictionary<string, ushort> { ["applied"] = 1, ["approved"] = 2 }.ToFrozenDictionary()),
        },
        new Dictionary<string, CapScope> { ["weekly"] = CapScope.All, ["app_daily"] = CapScope.All, ["each_action"] = CapScope.Action });

    public static TagDefinition Tag(string id, ushort number, TagType type, params string[] values) => new()
    {
        Id = id,
        Number = number,
        Type = type,
        EnumNumbers = values.Index().ToFrozenDictionary(static value => value.Item, static value => (ushort)(value.Index + 1)),
        FeatureSeed = FeatureVector.GetSeed("tag:" + id),
    };

    public static BankAction Action(ushort number, params (ReasonCode Broken, string Expression)[] rules) => new()
    {
        Id = $"action{number}",
        Number = number,
        DisplayName = $"Action {number}",
        Category = 1,
        Purpose = Purpose.Marketing,
        ValueFen = 1000,
        Lever = 1,
        PriorPropensity = 0.1,
        Treatments = [],
        Rules = [.. rules.Select(static rule => Rule(rule.Broken, rule.Expression))],
    };

    public static Catalog Catalog(IEnumerable<BankAction> actions, params ContactCap[] caps) => Catalog(actions, ContactRules.None, caps);

    public static Catalog Catalog(IEnumerable<BankAction> actions, ContactRules rules, params ContactCap[] caps) =>
        Catalog(actions, rules, null, caps);

    public static Catalog Catalog(
        IEnumerable<BankAction> actions, ContactRules rules, DecisionContrasts? contrasts, params ContactCap[] caps)
    {
        ImmutableArray<BankAction> all = [.. actions];
        var placement = new Placement
        {
            Id = "home",
            Number = Home,
            Channel = App,
            DefaultLimit = 3,
            CountsAtDecision = false,
            Candidates = [.. all.Select(static action =>
                new Candidate(action, [new Treatment("plain", ["home"], new Content("en", "", "", "", ""))]))],
            FeatureSeed = FeatureVector.GetSeed("placement:home"),
        };
        var symbols = new SymbolTable([new(SymbolKind.EventType, "login")]);
        return new Catalog(
            1, symbols, new BankCalendar("Asia/Shanghai"), Tags, [new Channel("app", App, "App")], [placement], all, ["login"], [.. caps],
            rules) { Contrasts = contrasts };
    }

    public static CustomerState State(params (ushort Tag, TagValue Value)[] tags)
    {
        var state = new CustomerState();
        foreach (var (tag, value) in tags)
        {
            state.Tags.Set(tag, value, Now, TagSource.Api);
        }

        return state;
    }

    public static CustomerView View(CustomerState state, Catalog? catalog = null, params ContextTag[] context) =>
        new(state, catalog ?? Catalog([]), [.. context], Now) { Id = "020235", Version = 1 };

    public static Decision Decide(
        Catalog catalog, CustomerState state, int limit = 50, PropensityModels? models = null, Placement? placement = null) =>
        Decider.Decide(
            DecisionId.Create(Now, Home, "020235"), View(state, catalog), placement ?? catalog.Placements["home"], models ?? new(),
            UnlimitedStock.Instance, limit);

    public static Rule Rule(ReasonCode broken, string expression) =>
        new(expression, broken, Expression.Condition(expression, Schema));

    /// <summary>What the models say of one action alone.</summary>
    public static PropensityEstimate Estimate(this IPropensities models, BankAction action, ReadOnlySpan<uint> features, double? draw)
    {
        var sums = default(FeatureSums);
        return models.Estimate(action, features, draw, ref sums);
    }
}
