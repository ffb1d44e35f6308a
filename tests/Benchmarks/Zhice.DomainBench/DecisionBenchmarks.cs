using System.Collections.Immutable;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Expressions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.DomainBench;

/// <summary>
/// What one decision costs. Budget: over 40 candidates, each with 4 comparisons and a model of its own, for a customer of 60 tags and
/// 5 caps, at most 15 µs; over 200 at most 60 µs; no bytes but the answer.
/// </summary>
public class DecisionBenchmarks
{
    private const string CustomerId = "020235";
    private const long DayMs = 86_400_000;

    private static readonly ImmutableArray<ContactCap> Caps =
    [
        new("daily", CapScope.All, 0, 9, CapWindow.Calendar(CalendarPeriod.Day)),
        new("weekly", CapScope.All, 0, 20, CapWindow.Sliding(7 * DayMs)),
        new("channel_daily", CapScope.Channel, 0, 9, CapWindow.Calendar(CalendarPeriod.Day)),
        new("category_weekly", CapScope.Category, 0, 9, CapWindow.Sliding(7 * DayMs)),
        new("action_monthly", CapScope.Action, 0, 9, CapWindow.Calendar(CalendarPeriod.Month)),
    ];

    private static readonly Dictionary<string, (Expression Expression, int Number)> Conditions = [];

    private readonly CustomerState _state = Customer();
    private Catalog _catalog = CatalogOf(1, [], hasRules: false);
    private PropensityModels _models = new();

    /// <summary>What is left out of the decision, to see what it costs.</summary>
    public enum Part
    {
        /// <summary>Nothing.</summary>
        Nothing,

        /// <summary>The models: all actions rank by their priors.</summary>
        Models,

        /// <summary>The caps.</summary>
        Caps,

        /// <summary>The rules.</summary>
        Rules,
    }

    /// <summary>How many candidates there are.</summary>
    [Params(40, 200)]
    public int Candidates { get; set; }

    /// <summary>What is left out.</summary>
    [ParamsAllValues]
    public Part Without { get; set; }

    /// <summary>Makes catalogue and models.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _catalog = CatalogOf(Candidates, Without == Part.Caps ? [] : Caps, hasRules: Without != Part.Rules);
        _models = Without == Part.Models ? new() : ModelsOf(Candidates);
    }

    /// <summary>One decision.</summary>
    [Benchmark(Description = "one decision")]
    public object Decides() => Decider.Decide(
        new(1, 1), new CustomerView(_state, _catalog, [], SampleTags.NowMs) { Id = CustomerId, Version = 1 }, _catalog.Placements["home"],
        _models, UnlimitedStock.Instance, 3);

    internal static CustomerState Customer()
    {
        var state = SampleTags.Customer(42, "天津", 80_000);
        for (var day = 1; day <= 8; day++)
        {
            state.Contacts.Record(
                new ContactScopes(1, (ushort)(day % 4), (ushort)day, 0), SampleTags.NowMs - (day * DayMs), 20, CountMoment.Impression);
        }

        return state;
    }

    internal static Catalog CatalogOf(int candidates, ImmutableArray<ContactCap> caps, bool hasRules)
    {
        ImmutableArray<BankAction> actions = [.. Enumerable.Range(1, candidates).Select(number => ActionOf(number, hasRules))];
        var treatment = new Treatment("card", ["home"], new Content("zh-CN", "", "", "", ""));
        var placement = new Placement
        {
            Id = "home",
            Number = 1,
            Channel = 1,
            DefaultLimit = 3,
            CountsAtDecision = false,
            Candidates = [.. actions.Select(action => new Candidate(action, [treatment]))],
            FeatureSeed = FeatureVector.GetSeed("placement:home"),
        };
        var tags = SampleTags.Catalog;
        return new Catalog(
            1, tags.Symbols, tags.Calendar, tags.Tags, [new Channel("app", 1, "App")], [placement], actions, ["login"], caps);
    }

    private static BankAction ActionOf(int number, bool hasRules) => new()
    {
        Id = $"action_{number}",
        Number = (ushort)number,
        DisplayName = $"Action {number}",
        Category = (ushort)(number % 4),
        Purpose = Purpose.Marketing,
        ValueFen = 1_000 + number,
        Lever = 1,
        PriorPropensity = 0.05,
        Treatments = [],
        Rules = hasRules ? RulesOf(number) : [],
    };

    private static ImmutableArray<Rule> RulesOf(int number) =>
    [
        Rule(ReasonCode.Ineligible, "tags.age >= 18 && tags.age <= 70"),
        Rule(ReasonCode.NotApplicable, $"tags.fact_{(number % 54) + 1} > 0"),
        Rule(ReasonCode.Unsuitable, "tags.city in [\"北京\", \"天津\"]"),
    ];

    // As the compiler of catalogues does it: rules that ask the same share one condition.
    private static Rule Rule(ReasonCode broken, string expression)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(Conditions, expression, out var exists);
        known = exists ? known : (Expression.Condition(expression, SampleTags.Schema), Conditions.Count - 1);
        return new(broken.ToString(), broken, known.Expression) { Condition = known.Number };
    }

    private static PropensityModels ModelsOf(int actions)
    {
        var models = new PropensityModels();
        for (var action = 1; action <= actions; action++)
        {
            models.Use((ushort)action, Taught(action));
        }

        return models;
    }

    internal static BayesianModel Taught(int seed)
    {
        var (dice, model) = (new Random(seed), new BayesianModel());
        for (var lesson = 0; lesson < 200; lesson++)
        {
            model.Learn(0.05, [0, .. Enumerable.Range(0, 60).Select(_ => (uint)dice.Next(1, FeatureVector.Slots))], dice.Next(10) == 0);
        }

        return model;
    }
}
