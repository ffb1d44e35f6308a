using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Zhice.Bench.Running;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Expressions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;
using Zhice.DomainBench.Running;

namespace Zhice.DomainBench;

/// <summary>
/// Budget: one decision over 40 candidates, each with 4 comparisons and a model of its own, for a customer of 60 tags and
/// 5 caps, in at most 15 µs; over 200 in at most 60 µs; no bytes but the answer.
/// </summary>
internal static class DecisionsCommand
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

    public static Command Create()
    {
        var command = new Command(
            "decisions",
            "What one decision costs: 40 and 200 candidates of 4 comparisons, 60 tags, 5 caps, a model each; and a prediction alone.");
        command.SetAction(_ => Run());
        return command;
    }

    private static void Run()
    {
        foreach (var candidates in (int[])[40, 200])
        {
            Measure("", candidates, CatalogOf(candidates, Caps, hasRules: true), ModelsOf(candidates));
            Measure(" without models", candidates, CatalogOf(candidates, Caps, hasRules: true), new PropensityModels());
            Measure(" without caps", candidates, CatalogOf(candidates, [], hasRules: true), ModelsOf(candidates));
            Measure(" without rules", candidates, CatalogOf(candidates, Caps, hasRules: false), ModelsOf(candidates));
        }

        var (key, signed) = (new DecisionKey(DecisionKey.NewSecret(), 0), default(DecisionId));
        Print("one signed id", Rounds.Measure(1_000_000, repetitions =>
        {
            for (var i = 0; i < repetitions; i++)
            {
                signed = key.Create(SampleTags.NowMs, 1, CustomerId);
            }
        }));
        Print("one id's signature checked", Rounds.Measure(1_000_000, repetitions =>
        {
            for (var i = 0; i < repetitions; i++)
            {
                key.GetOrigin(signed, CustomerId, SampleTags.NowMs);
            }
        }));

        var (model, features, home) = (Taught(1), new uint[FeatureVector.MaxLength], CatalogOf(1, Caps, hasRules: true));
        var length = FeatureVector.Fill(new CustomerView(Customer(), home, [], SampleTags.NowMs), home.Placements["home"], features);
        Print($"one prediction, {length} features", Rounds.Measure(100_000, repetitions =>
        {
            for (var i = 0; i < repetitions; i++)
            {
                model.Predict(0.05, features.AsSpan(0, length));
            }
        }));
    }

    private static void Measure(string without, int candidates, Catalog catalog, PropensityModels models)
    {
        var (placement, state) = (catalog.Placements["home"], Customer());
        var id = DecisionId.Create(SampleTags.NowMs, placement.Number, CustomerId);
        Print($"{candidates} candidates, {Decide().OfferedCount} offered{without}", Rounds.Measure(100_000 / candidates, repetitions =>
        {
            for (var i = 0; i < repetitions; i++)
            {
                Decide();
            }
        }));

        Decision Decide() => Decider.Decide(
            id, new CustomerView(state, catalog, [], SampleTags.NowMs) { Id = CustomerId, Version = 1 }, placement, models,
            UnlimitedStock.Instance, 3);
    }

    private static CustomerState Customer()
    {
        var state = SampleTags.Customer(42, "天津", 80_000);
        for (var day = 1; day <= 8; day++)
        {
            state.Contacts.Record(
                new ContactScopes(1, (ushort)(day % 4), (ushort)day, 0), SampleTags.NowMs - (day * DayMs), 20, CountMoment.Impression);
        }

        return state;
    }

    private static Catalog CatalogOf(int candidates, ImmutableArray<ContactCap> caps, bool hasRules)
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

    private static BayesianModel Taught(int seed)
    {
        var (dice, model) = (new Random(seed), new BayesianModel());
        for (var lesson = 0; lesson < 200; lesson++)
        {
            model.Learn(0.05, [0, .. Enumerable.Range(0, 60).Select(_ => (uint)dice.Next(1, FeatureVector.Slots))], dice.Next(10) == 0);
        }

        return model;
    }

    private static void Print(string what, (Spread Nanoseconds, double Bytes) measured) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-38} {measured.Nanoseconds.ToText("N0"),32} ns {measured.Bytes,10:N1} bytes"));
}
