using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs;
using Zhice.Catalogs.Experiments;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Experiments;
using Zhice.Domain.Expressions;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;
using Zhice.TestBank;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Catalogs.Tests;

/// <summary>What a catalogue remembers of those before it.</summary>
public sealed class CatalogHistoryTests
{
    [Fact]
    public void One_change_uses_up_no_more_than_a_quarter_of_the_names_and_says_when_half_are_used()
    {
        var (symbols, warnings) = (SymbolTable.Empty, 0);
        for (var change = 0; change < 2; change++)
        {
            var next = CatalogCompiler.Compile(WithValues(change, CatalogNames.MaxNew / 1_024), symbols, change + 1);
            Assert.Empty(next.Faults);
            warnings += CatalogNames.Warnings(symbols, next.Catalog!.Symbols).Count();
            symbols = next.Catalog!.Symbols;
        }

        Assert.Equal(1, warnings);
        Assert.Contains(("enum values", 2 * CatalogNames.MaxNew), CatalogNames.Used(symbols));
        var fault = Assert.Single(CatalogCompiler.Compile(WithValues(9, (CatalogNames.MaxNew / 1_024) + 1), SymbolTable.Empty, 9).Faults);
        Assert.Contains("new names of enum values", fault.Description, StringComparison.Ordinal);
        Assert.Empty(CatalogNames.Warnings(symbols, symbols));
    }

    private static V1.Catalog WithValues(int change, int tags) => new()
    {
        TimeZone = "Asia/Shanghai",
        TagClasses = { new V1.TagClass { ClassId = "all", Subclasses = { new V1.TagSubclass { SubclassId = "all" } } } },
        Tags =
        {
            Enumerable.Range(0, tags).Select(tag => new V1.TagDefinition
            {
                TagId = $"t{change}_{tag}", SubclassId = "all", Type = V1.TagType.Enum,
                EnumValues = { Enumerable.Range(0, 1_024).Select(static value => $"v{value}") },
            }),
        },
    };

    private const long DayMs = 86_400_000;
    private static readonly string[] Ids = [.. Enumerable.Range(0, 20_000).Select(static n => $"{n:D6}")];

    [Fact]
    public void A_count_over_a_longer_window_is_unknown_until_what_is_kept_reaches_back()
    {
        var bank = new History(TestBank.Bank.Now);
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

        bool Holds(string rule) => Expression.Condition(rule, ExpressionSchema.Create(bank.Catalog))
            .Holds(new CustomerView(state, bank.Catalog, [], bank.NowMs));
    }

    [Fact]
    public void A_live_tag_that_was_taken_out_for_a_while_is_unknown_for_a_window()
    {
        var bank = new History(TestBank.Bank.Now);
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
    public void The_audience_index_finds_nobody_by_what_is_unknown_and_all_once_it_is_known()
    {
        var bank = new History(TestBank.Bank.Now);
        bank.Apply(Logins(7));
        bank.Apply(Logins(30));
        var index = new Domain.Audiences.BucketIndex(bank.Catalog) { NowMs = bank.NowMs };
        index.Take("020235"u8, new CustomerState(), 1, bank.NowMs);
        Assert.Equal((0, 0, 0), (Found("tags.logins == 0"), Found("has(tags.logins)"), Found("!has(tags.logins)")));
        Assert.Equal(bank.NowMs + (23 * DayMs), index.ChangesAtMs);

        index.NowMs = bank.NowMs += 23 * DayMs;
        Assert.Single(index.Due(index.NowMs));
        index.Take("020235"u8, new CustomerState(), 1, index.NowMs, again: true);
        Assert.Equal((1, 1, 0), (Found("tags.logins == 0"), Found("has(tags.logins)"), Found("!has(tags.logins)")));

        int Found(string rule)
        {
            var matches = new ulong[1];
            new Domain.Expressions.Columns.ExpressionPlan(Expression.Condition(rule, ExpressionSchema.Create(bank.Catalog)))
                .Match(index, matches);
            return System.Numerics.BitOperations.PopCount(matches[0]);
        }
    }

    [Fact]
    public void The_audience_index_reads_customers_again_when_the_banks_days_begin_at_other_hours()
    {
        var bank = new History(TestBank.Bank.Now);
        bank.Apply(SmallCatalog.Create());
        var index = new Domain.Audiences.BucketIndex(bank.Catalog);
        bank.Apply(SmallCatalog.Create());
        Assert.True(index.TryFollow(bank.Catalog));
        var elsewhere = SmallCatalog.Create();
        elsewhere.TimeZone = "Europe/Berlin";
        bank.Apply(elsewhere);
        Assert.False(index.TryFollow(bank.Catalog));
    }

    [Fact]
    public void The_event_and_the_property_of_a_live_tag_stay()
    {
        var bank = new History(TestBank.Bank.Now);
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
        var bank = new History(TestBank.Bank.Now);
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
        Assert.Empty(ExperimentEdits.FindFaults(inForce, Layer(("a", 0.4), ("b", 0.2))));
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
            Assert.Equal("experiment_layers[0].experiments[0]", Assert.Single(ExperimentEdits.FindFaults(inForce, next)).Path);
        }
    }

    [Fact]
    public void What_is_renamed_keeps_its_number_and_all_that_hangs_on_it()
    {
        var bank = new History(TestBank.Bank.Now);
        bank.Apply(SmallCatalog.Create());
        var before = bank.Catalog;
        var renamed = Renamed();
        bank.Apply(renamed);
        var after = bank.Catalog;

        Assert.Equal(before.ActionsById["fund"].Number, after.ActionsById["money_fund"].Number);
        Assert.Equal(before.ActionsById["fund"].Category, after.ActionsById["money_fund"].Category);
        Assert.Equal(before.ActionsById["fund"].Treatments[0].Number, after.ActionsById["money_fund"].Treatments[0].Number);
        Assert.Equal(before.Channels["sms"].Number, after.Channels["text"].Number);
        Assert.Equal(before.Placements["sms_text"].Number, after.Placements["text_line"].Number);
        Assert.Equal(before.Placements["sms_text"].FeatureSeed, after.Placements["text_line"].FeatureSeed);
        Assert.Equal(before.TagsById["job"].EnumNumbers["student"], after.TagsById["work"].EnumNumbers["student"]);
        Assert.Equal(before.TagsById["job"].FeatureSeed, after.TagsById["work"].FeatureSeed);
        Assert.Equal(("fund", "money_fund"), (after.ActionsById["money_fund"].FirstId, after.FindAction("fund")!.Id));
        Assert.Equal("text_line", after.FindPlacement("sms_text")!.Id);

        // The same again, and back; an older version shows its own names.
        bank.Apply(renamed);
        Assert.Equal("money_fund", bank.Catalog.Symbols.FindName(SymbolKind.Action, before.ActionsById["fund"].Number));
        bank.Apply(SmallCatalog.Create());
        Assert.Equal(before.ActionsById["fund"].Number, bank.Catalog.ActionsById["fund"].Number);
        Assert.Equal("fund", bank.Catalog.Symbols.FindName(SymbolKind.Action, before.ActionsById["fund"].Number));
        Assert.Equal("text", bank.Compiled(2).Symbols.FindName(SymbolKind.Channel, before.Channels["sms"].Number));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_treatment_that_gets_another_id_is_the_same_to_caps_campaigns_and_contacts_that_wait(bool withItsAction)
    {
        var bank = new History(TestBank.Bank.Now);
        bank.Apply(SmallCatalog.Create());
        var before = bank.Catalog.ActionsById["deposit"];
        var renamed = SmallCatalog.Create();
        renamed.Actions[1].Treatments[0].TreatmentId = "simple";
        renamed.Actions[1].Treatments[0].Formerly.Add("plain");
        if (withItsAction)
        {
            renamed.Actions[1].ActionId = "savings";
            renamed.Actions[1].Formerly.Add("deposit");
        }

        bank.Apply(renamed);
        bank.Apply(renamed);
        var after = bank.Catalog.Action(before.Number)!;

        Assert.Equal(("simple", before.Treatments[0].Number), (after.Treatments[0].Id, after.Treatments[0].Number));
        Assert.True(Domain.Catalogs.TreatmentNames.IsMeant(after.Treatments[0], "deposit", "plain", bank.Catalog));
        Assert.True(Domain.Catalogs.TreatmentNames.IsMeant(after.Treatments[0], after.Id, "plain", bank.Catalog));
        Assert.False(Domain.Catalogs.TreatmentNames.IsMeant(after.Treatments[0], after.Id, "other", bank.Catalog));
        var contact = new Domain.Primitives.ContactId(
            Domain.Primitives.DecisionId.Create(bank.NowMs, bank.Catalog.Placements["sms_text"].Number, "c1"), before.Number);
        var asked = new Domain.Deliveries.AskedContact(
            contact, "sms", "", "deposit", "plain", Domain.Primitives.Purpose.Marketing, bank.NowMs + DayMs, MayHaveChanged: false);
        Assert.Equal(Domain.Deliveries.HandOverAnswer.Goes, Domain.Deliveries.HandOver.Judge(asked, "c1", bank.Catalog, bank.NowMs).Answer);
        Assert.Equal(
            Domain.Primitives.DeliveryOutcome.VoidRemoved,
            Domain.Deliveries.HandOver.Judge(asked with { TreatmentId = "other" }, "c1", bank.Catalog, bank.NowMs).Outcome);
    }

    [Fact]
    public void Two_treatments_that_had_customers_cannot_become_one()
    {
        var bank = new History(TestBank.Bank.Now);
        var two = SmallCatalog.Create();
        two.Actions[0].Treatments.Add(two.Actions[0].Treatments[0].Clone());
        two.Actions[0].Treatments[1].TreatmentId = "fancy";
        bank.Apply(two);
        var joined = SmallCatalog.Create();
        joined.Actions[0].Treatments[0].Formerly.Add("fancy");
        Assert.Equal("actions[0].treatments[0].formerly[0]", Assert.Single(CatalogCompiler.Compile(joined, bank.Symbols, 2).Faults).Path);
    }

    [Fact]
    public void A_cap_that_gets_another_id_counts_what_was_before_as_contacts_are_kept_by_what_they_are()
    {
        var bank = new History(TestBank.Bank.Now);
        bank.Apply(SmallCatalog.Create());
        var state = new CustomerState();
        var contact = new Domain.Primitives.ContactId(
            Domain.Primitives.DecisionId.Create(bank.NowMs, bank.Catalog.Placements["sms_text"].Number, "c1"),
            bank.Catalog.ActionsById["deposit"].Number);
        EventRecording.CountContact(state, contact, bank.NowMs, bank.Catalog);
        var renamed = SmallCatalog.Create();
        renamed.ContactCaps[0].CapId = "twice_a_week";
        bank.Apply(renamed);
        Assert.Equal(1, bank.Catalog.ContactPolicy.Used("twice_a_week", state.ContactState, bank.NowMs));
    }

    [Fact]
    public void A_name_that_two_would_share_is_refused()
    {
        var bank = new History(TestBank.Bank.Now);
        bank.Apply(SmallCatalog.Create());
        var joined = SmallCatalog.Create();
        joined.Actions[1].Formerly.Add("fund");
        joined.Actions.RemoveAt(0);
        Assert.Equal("actions[0].formerly[0]", Assert.Single(CatalogCompiler.Compile(joined, bank.Symbols, 2).Faults).Path);

        bank.Apply(Renamed());
        var both = Renamed();
        both.Actions.Add(SmallCatalog.Create().Actions[0]);
        both.Actions[2].CategoryId = "riches";
        both.Actions[2].Treatments[0].PlacementIds.Remove("sms_text");
        Assert.Equal("actions[2]", Assert.Single(CatalogCompiler.Compile(both, bank.Symbols, 3).Faults).Path);
    }

    [Fact]
    public void A_stop_of_a_channel_or_an_action_holds_under_its_new_name()
    {
        var bank = new History(TestBank.Bank.Now);
        bank.Apply(SmallCatalog.Create());
        bank.Apply(Renamed());
        var stops = new Domain.Stops.StopSet(
            [new(Domain.Stops.StopKind.Action, "fund", "li", "", 0), new(Domain.Stops.StopKind.Channel, "sms", "li", "", 0)], [], []);
        var stopped = bank.Catalog.With(stops);
        Assert.Equal(
            Domain.Stops.StopKind.Action,
            stopped.StoppedActions.Find(
                stopped.ActionsById["money_fund"].Number, stopped.ActionsById["money_fund"].Purpose, stopped.Channels["app"].Number));
        Assert.Equal("action/money_fund", stopped.Stops.FindHolder("app", "money_fund", "", Domain.Primitives.Purpose.Marketing));
        Assert.Equal("channel/text", stopped.Stops.FindHolder("text", "deposit", "", Domain.Primitives.Purpose.Marketing));
    }

    [Fact]
    public void A_late_contact_of_a_placement_that_was_taken_out_counts_in_its_channel()
    {
        var bank = new History(TestBank.Bank.Now);
        var definition = SmallCatalog.Create();
        definition.ContactCaps.Add(new ContactCap
        {
            CapId = "sms_week", Scope = CapScope.Channel, ScopeId = "sms", Limit = 1, Sliding = Duration.FromTimeSpan(TimeSpan.FromDays(7)),
        });
        bank.Apply(definition);
        var placement = bank.Catalog.Placements["sms_text"].Number;
        var without = definition.Clone();
        without.Placements.RemoveAt(1);
        foreach (var action in without.Actions)
        {
            action.Treatments[0].PlacementIds.Remove("sms_text");
        }

        bank.Apply(without);
        var state = new CustomerState();
        var contact = new Domain.Primitives.ContactId(
            Domain.Primitives.DecisionId.Create(bank.NowMs, placement, "c1"), bank.Catalog.ActionsById["fund"].Number);
        EventRecording.CountContact(state, contact, bank.NowMs, bank.Catalog);
        Assert.Equal(1, bank.Catalog.ContactPolicy.Used(bank.Catalog.Caps[1], state.ContactState, bank.NowMs, out _));
    }

    private static V1.Catalog Renamed()
    {
        var renamed = SmallCatalog.Create();
        (renamed.Actions[0].ActionId, renamed.Channels[1].ChannelId, renamed.Placements[1].PlacementId) =
            ("money_fund", "text", "text_line");
        (renamed.Placements[1].ChannelId, renamed.Categories[0].CategoryId, renamed.Tags[2].TagId) = ("text", "riches", "work");
        renamed.Actions[0].Formerly.Add("fund");
        renamed.Channels[1].Formerly.Add("sms");
        renamed.Placements[1].Formerly.Add("sms_text");
        renamed.Categories[0].Formerly.Add("wealth");
        renamed.Tags[2].Formerly.Add("job");
        foreach (var action in renamed.Actions)
        {
            action.CategoryId = "riches";
            action.Treatments[0].PlacementIds[1] = "text_line";
        }

        return renamed;
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
        state, new() { Id = $"{bank.NowMs}", Type = bank.Catalog.Symbols.Find(SymbolKind.EventType, "login"), AtMs = bank.NowMs },
        bank.Catalog, bank.NowMs);

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
