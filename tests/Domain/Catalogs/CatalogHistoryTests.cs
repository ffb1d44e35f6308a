using Google.Protobuf.WellKnownTypes;
using Xunit;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Experiments;
using Zhice.Domain.Expressions;
using Zhice.TestBank;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Domain.Tests.Catalogs;

/// <summary>What a catalogue remembers of those before it.</summary>
public sealed class CatalogHistoryTests
{
    private const long DayMs = 86_400_000;
    private static readonly string[] Ids = [.. Enumerable.Range(0, 20_000).Select(static n => $"{n:D6}")];

    [Fact]
    public void A_count_over_a_longer_window_is_unknown_until_what_is_kept_reaches_back()
    {
        var bank = new History(Tests.Bank.Now);
        bank.Apply(Logins(7));
        var state = new CustomerState();
        for (var day = 0; day < 60; day++)
        {
            bank.NowMs += DayMs;
            Login(state, bank);
        }

        Assert.Equal(7, Count(state, bank)!.Value, 1.0);
        bank.Apply(Logins(30));
        for (var day = 1; day <= 30; day++)
        {
            bank.NowMs += DayMs;
            Login(state, bank);
            var isKnown = day >= 23;
            Assert.Equal(isKnown, Count(state, bank) is not null);
            Assert.Equal(isKnown, Holds("tags.logins < 100"));
            Assert.Equal(isKnown, Holds("has(tags.logins)"));
            Assert.False(Holds("!has(tags.logins)"));
            Assert.False(Holds("tags.logins == 0"));
        }

        Assert.Equal(30, Count(state, bank)!.Value, 1.0);
        bank.Apply(Logins(3));
        Assert.Equal(3, Count(state, bank)!.Value, 1.0);

        bool Holds(string rule) => Expression.Condition(rule, ExpressionSchema.Of(bank.Catalog))
            .Holds(new CustomerView(state, bank.Catalog, [], bank.NowMs));
    }

    [Fact]
    public void A_live_tag_that_was_taken_out_for_a_while_is_unknown_for_a_window()
    {
        var bank = new History(Tests.Bank.Now);
        bank.Apply(Logins(7));
        var without = SmallCatalog.Create();
        without.Tags.RemoveAt(4);
        bank.Apply(without);
        bank.NowMs += DayMs;
        bank.Apply(Logins(7));
        Assert.Null(Count(new(), bank));
        bank.NowMs += 7 * DayMs;
        Assert.Equal(0, Count(new(), bank));
    }

    [Fact]
    public void The_event_and_the_property_of_a_live_tag_stay()
    {
        var bank = new History(Tests.Bank.Now);
        var definition = Logins(7);
        definition.EventTypes.Add(new EventType { EventTypeId = "transfer" });
        bank.Apply(definition);
        var other = definition.Clone();
        other.Tags[4].Live.EventTypeId = "transfer";
        var fault = Assert.Single(CatalogCompiler.Compile(other, bank.Symbols, bank.Version + 1, bank.NowMs).Faults);
        Assert.Equal("tags[4].live.event_type_id", fault.Path);
        Assert.Contains("another event takes another tag", fault.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void An_experiment_that_grows_takes_of_those_in_none_and_moves_nobody()
    {
        var bank = new History(Tests.Bank.Now);
        bank.Apply(Layer(("a", 0.2), ("b", 0.2)));
        var before = Members(bank.Catalog);
        bank.Apply(Layer(("a", 0.3), ("b", 0.2)));
        var grown = Members(bank.Catalog);
        AssertNear(0.3, grown["a"].Count);
        Assert.Superset(before["a"], grown["a"]);
        Assert.Equal(before["b"], grown["b"]);

        // Taken out, nobody of the other moves; back again, it has those that it had.
        bank.Apply(Layer(("b", 0.2)));
        Assert.Equal(before["b"], Members(bank.Catalog)["b"]);
        bank.Apply(Layer(("b", 0.2), ("a", 0.3)));
        Assert.Equal(grown["a"], Members(bank.Catalog)["a"]);
        bank.Apply(Layer(("a", 0.1), ("b", 0.9)));
        var last = Members(bank.Catalog);
        Assert.Subset(grown["a"], last["a"]);
        Assert.Superset(before["b"], last["b"]);
        AssertNear(0.1, last["a"].Count);
        AssertNear(0.9, last["b"].Count);
        Assert.Equal(grown["a"], Members(bank.Compiled(2))["a"]);
    }

    [Fact]
    public void A_change_that_would_move_customers_of_a_running_experiment_is_named()
    {
        var inForce = Layer(("a", 0.2));
        Assert.Empty(ExperimentEdits.Of(inForce, Layer(("a", 0.4), ("b", 0.2))));
        Action<V1.Catalog>[] moves =
        [
            catalog => catalog.ExperimentLayers[0].Salt = "another",
            catalog => catalog.ExperimentLayers[0].LayerId = "another",
            catalog => catalog.ExperimentLayers[0].Experiments[0].Salt = "another",
            catalog => catalog.ExperimentLayers[0].Experiments[0].Arms[1].Weight = 3,
            catalog => catalog.ExperimentLayers[0].Experiments[0].Arms.RemoveAt(0),
        ];
        foreach (var move in moves)
        {
            var next = inForce.Clone();
            move(next);
            Assert.Equal("experiment_layers[0].experiments[0]", Assert.Single(ExperimentEdits.Of(inForce, next)).Path);
        }
    }

    private static V1.Catalog Logins(int days)
    {
        var definition = SmallCatalog.Create();
        definition.Tags[4].Live.Window = Duration.FromTimeSpan(TimeSpan.FromDays(days));
        return definition;
    }

    private static V1.Catalog Layer(params (string Id, double Share)[] experiments)
    {
        var definition = SmallCatalog.Create();
        definition.ExperimentLayers.Add(new ExperimentLayer
        {
            LayerId = "one",
            Experiments =
            {
                experiments.Select(static each => new V1.Experiment
                {
                    ExperimentId = each.Id, Share = each.Share, Arms = { new V1.Arm { ArmId = "x" }, new V1.Arm { ArmId = "y" } },
                }),
            },
        });
        return definition;
    }

    private static Dictionary<string, HashSet<string>> Members(Catalog catalog)
    {
        var members = catalog.Experiments.ToDictionary(static each => each.Id, static _ => new HashSet<string>());
        var arms = new byte[catalog.Experiments.Length];
        foreach (var id in Ids)
        {
            Assignment.Arms(catalog.Experiments, id, arms);
            for (var i = 0; i < arms.Length; i++)
            {
                if (arms[i] != 0)
                {
                    members[catalog.Experiments[i].Id].Add(id);
                }
            }
        }

        return members;
    }

    private static void AssertNear(double share, int count) => Assert.InRange(count / (double)Ids.Length, share - 0.02, share + 0.02);

    private static void Login(CustomerState state, History bank) => EventRecording.Record(
        state, new() { Id = $"{bank.NowMs}", Type = bank.Catalog.Symbols.Find(SymbolKind.EventType, "login"), AtMs = bank.NowMs }, bank.Catalog, bank.NowMs);

    private static double? Count(CustomerState state, History bank) =>
        new CustomerView(state, bank.Catalog, [], bank.NowMs).TryGet(bank.Catalog.TagsById["logins"], out var count) ? count : null;

    // The versions of a bank's catalogue, one after the other.
    private sealed class History(long nowMs)
    {
        private readonly List<V1.Catalog> _versions = [];

        public long NowMs { get; set; } = nowMs;

        public SymbolTable Symbols { get; private set; } = SymbolTable.Empty;

        public long Version => _versions.Count;

        public Catalog Catalog { get; private set; } = Catalog.Empty;

        public void Apply(V1.Catalog definition)
        {
            _versions.Add(definition);
            var made = CatalogCompiler.Compile(definition, Symbols, Version, NowMs);
            Assert.Empty(made.Faults);
            (Catalog, Symbols) = (made.Catalog!, made.Catalog!.Symbols);
        }

        public Catalog Compiled(long version) => CatalogCompiler.Compile(_versions[(int)version - 1], Symbols, version).Catalog!;
    }
}
