using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Exposures;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Touches;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Customers;

/// <summary>Who was exposed to experiments, and who refused consent.</summary>
public sealed class ExposureRecordingTests
{
    private const ushort Opened = 7;

    private static readonly Catalog Catalog = new(
        1, new SymbolTable([new(SymbolKind.EventType, "login"), new(SymbolKind.Channel, "app")]), new("Asia/Shanghai"), Bank.Tags, [], [], [], [], [])
    {
        Outcomes = [new("deposit", 1, Opened, "", [9], 30 * Bank.DayMs)],
        Experiments = [Experiment("outer", default), Experiment("inner", new(0, 2)), Experiment("elsewhere", default)],
        Holdouts = [new("global", 1, 5_000), new("cards", 2, 5_000)],
    };

    private static readonly ushort App = Catalog.Symbols.Find(SymbolKind.Channel, "app");

    private static readonly Catalog WithHome = new(
        1, Catalog.Symbols, Catalog.Calendar, Bank.Tags, [], [Place(default, 0) with { Number = Bank.Home, Channel = App }], [], [], []);

    [Fact]
    public void A_decision_exposes_once_to_the_experiments_and_holdouts_of_its_placement_and_to_those_around_them()
    {
        var placement = Place(experiments: new(1, 1), holdouts: 1);
        var (outer, inner, heldOut) = (0, 0, 0);
        for (var i = 0; i < 400; i++)
        {
            var (state, customer) = (new CustomerState(), $"c{i}");
            Assert.True(ExposureRecording.Record(state, customer, placement, Catalog, Bank.Now));
            Assert.False(ExposureRecording.Record(state, customer, placement, Catalog, Bank.Now + 1));
            var facts = Facts(state);
            Assert.All(facts, fact => Assert.Equal((FactKind.Exposed, Bank.Now), (fact.Kind, fact.AtMs)));
            Assert.DoesNotContain(facts, static fact => fact.Group!.Campaign is "experiment:elsewhere" or "holdout:cards");
            Assert.Equal(
                (Assignment.HeldOut(Catalog.Holdouts, customer) & 1) != 0 ? "held_out" : "marketed",
                facts.Single(static fact => fact.Group!.Campaign == "holdout:global").Group!.Arm);
            outer += facts.Count(static fact => fact.Group!.Campaign == "experiment:outer");
            inner += facts.Count(static fact => fact.Group!.Campaign == "experiment:inner");
            heldOut += facts.Count(static fact => fact.Group!.Arm == ExperimentNames.HeldOutArm);
        }

        Assert.Equal(400, outer);
        Assert.InRange(inner, 140, 260);
        Assert.InRange(heldOut, 140, 260);
    }

    [Fact]
    public void A_placement_in_which_no_arm_differs_exposes_to_nothing()
    {
        var state = new CustomerState();
        Assert.False(ExposureRecording.Record(state, "c1", Place(default, holdouts: 0), Catalog, Bank.Now));
        Assert.Null(state.Effects);
    }

    [Fact]
    public void Outcomes_of_any_action_follow_an_exposure_within_their_window_and_the_first_is_told_from_the_others()
    {
        var state = new CustomerState();
        ExposureRecording.Record(state, "c1", Place(default, holdouts: 1), Catalog, Bank.Now - (29 * Bank.DayMs));
        state = CustomerStateCodec.FromBytes(CustomerStateCodec.ToBytes(state));
        foreach (var (id, atMs) in new[] { ("early", Bank.Now - (30 * Bank.DayMs)), ("e1", Bank.Now), ("e2", Bank.Now + 1), ("late", Bank.Now + (2 * Bank.DayMs)) })
        {
            FactRecording.Outcomes(state, new() { Id = id, Type = Opened, AtMs = atMs }, Catalog);
        }

        var exposure = state.Exposures.All[0];
        Assert.Equal(
            [("e1", FactKind.Converted), ("e2", FactKind.ConvertedAgain)],
            Facts(state).Where(static fact => fact.Kind != FactKind.Outcome).Select(static fact => (fact.Key, fact.Kind)));
        Assert.All(
            Facts(state).Where(static fact => fact.Kind != FactKind.Outcome),
            fact => Assert.Equal((exposure.Key, exposure.GroupId), (fact.About, fact.GroupId)));
    }

    [Fact]
    public void After_a_promotion_all_customers_have_the_arm_and_nobody_is_exposed_or_counted_any_more()
    {
        var promoted = new Catalog(1, Catalog.Symbols, Catalog.Calendar, Bank.Tags, [], [], [], [], [])
        {
            Outcomes = Catalog.Outcomes, Experiments = [Catalog.Experiments[0] with { Promoted = 2 }, .. Catalog.Experiments.Skip(1)],
        };
        var state = new CustomerState();
        ExposureRecording.Record(state, "c1", Place(new(0, 1), holdouts: 0), Catalog, Bank.Now - 1);
        FactRecording.Outcomes(state, new() { Id = "e1", Type = Opened, AtMs = Bank.Now }, promoted);
        Assert.DoesNotContain(Facts(state), static fact => fact.Kind == FactKind.Converted);
        Assert.False(ExposureRecording.Record(new(), "c2", Place(new(0, 1), holdouts: 0), promoted, Bank.Now));

        var arms = new byte[promoted.Experiments.Length];
        Assert.All(Enumerable.Range(0, 50), i =>
        {
            Assignment.Arms(promoted.Experiments, $"c{i}", arms);
            Assert.Equal(2, arms[0]);
        });
    }

    [Fact]
    public void A_state_keeps_as_many_exposures_as_a_catalogue_has_and_no_more()
    {
        var state = new CustomerState();
        for (var i = 0; i < KeptExposures.Capacity + 5; i++)
        {
            state.Exposures.Keep(new(i, i, Bank.Now, i));
            state.Exposures.Keep(new(i, i, Bank.Now + 1, i));
        }

        var back = CustomerStateCodec.FromBytes(CustomerStateCodec.ToBytes(state.Clone()));
        Assert.Equal(KeptExposures.Capacity, back.Exposures.All.Length);
        Assert.Equal(state.Exposures.All.ToArray(), back.Exposures.All.ToArray());
        Assert.False(back.Exposures.Has(4));
        Assert.True(back.Exposures.Has(5));
    }

    [Fact]
    public void A_refusal_is_recorded_when_it_begins_with_the_contact_before_it_and_a_repeat_is_none()
    {
        var (state, contact) = (new CustomerState(), new ContactId(DecisionId.Create(Bank.Now - Bank.DayMs, Bank.Home, "c1"), 1));
        state.Touches.Keep(new KeptTouch(contact, Bank.Now - Bank.DayMs, 42), Bank.Now);
        state.Touches.Keep(new KeptTouch(new(DecisionId.Create(Bank.Now, Bank.Home, "c1"), 1), Bank.Now - 1, 43, IsHeldOut: true), Bank.Now);

        Say(state, isGranted: true, Bank.Now - 10);
        Say(state, isGranted: false, Bank.Now);
        Say(state, isGranted: false, Bank.Now + 1);
        Say(state, isGranted: false, Bank.Now - 5);

        var fact = Assert.Single(Facts(state));
        Assert.Equal((FactKind.ConsentRefused, 42L, contact.ToString(), 1), (fact.Kind, fact.GroupId, fact.About, fact.Rank));
        Say(state, isGranted: true, Bank.Now + 2);
        Say(state, isGranted: false, Bank.Now + (40 * Bank.DayMs));
        Assert.Equal(("", "app"), (Facts(state)[^1].About, Facts(state)[^1].Group!.Channel));
    }

    private static void Say(CustomerState state, bool isGranted, long atMs)
    {
        var before = state.Consents.Clone();
        state.Consents.Set(App, Purpose.Marketing, isGranted, atMs);
        RefusalRecording.Record(before, state, App, Purpose.Marketing, WithHome);
    }

    private static Experiment Experiment(string id, ArmNumber within) => new()
    {
        Id = id, LayerSalt = Assignment.GetSalt(id), Within = within, From = 0, To = Assignment.Parts, ArmSalt = Assignment.GetSalt($"arms:{id}"),
        Arms = [new("plain", 1), new("warm", 2)],
    };

    private static Placement Place(ArmNumber experiments, ulong holdouts)
    {
        var action = Bank.Action(1) with { OnlyFor = experiments, Holdouts = holdouts };
        return new()
        {
            Id = "home", Number = 1, Channel = 1, DefaultLimit = 1, CountsAtDecision = false, Candidates = [new(action, [])], FeatureSeed = 0,
        };
    }

    private static Fact[] Facts(CustomerState state) => [.. state.Effects?.Facts ?? []];
}
