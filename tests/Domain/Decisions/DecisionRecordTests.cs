using FsCheck.Xunit;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Decisions;

public sealed class DecisionRecordTests
{
    private static readonly ContactCap[] Caps =
    [
        new("one_of_a_category", CapScope.Category, 0, 1, CapWindow.Sliding(Bank.DayMs)),
        new("daily", CapScope.All, 0, 3, CapWindow.Calendar(CalendarPeriod.Day)),
    ];

    [Property(MaxTest = 200)]
    public void A_decision_is_made_again_bit_for_bit_though_the_models_have_learned_since(int seed)
    {
        var dice = new Random(seed);
        var catalog = Bank.Catalog(
            Enumerable.Range(1, 12).Select(i => Bank.Action((ushort)i, (ReasonCode.Ineligible, $"tags.age >= {dice.Next(60)}")) with
            {
                Category = (ushort)dice.Next(1, 4), Lever = dice.NextDouble(),
            }),
            Caps);
        var models = Taught(dice);
        var state = RandomState(dice);
        ContextTag[] context = dice.Next(2) == 0 ? [] : [new(6, TagValue.String("北京")), new(2, TagValue.Integer(dice.Next(80)))];
        var id = DecisionId.Create(Bank.Now, Bank.Home, "020235");
        var view = new CustomerView(
            state, catalog, [.. context], Bank.Now, isPersonalized: dice.Next(4) > 0) { Id = "020235", Version = 7 };
        var explores = dice.Next(2) == 0;
        var placement = catalog.Placements["home"] with { Explores = explores };
        var decision = Decider.Decide(id, view, placement, models, UnlimitedStock.Instance, 5);
        var isExplored = explores && decision.IsPersonalized;
        Assert.All(decision.Offered.ToArray(), offer => Assert.Equal(isExplored, offer.Exploration != 1));

        var bytes = new DecisionRecord(decision, CustomerStateCodec.ToBytes(state), [.. context], 5).ToBytes();
        var record = DecisionRecord.FromBytes(bytes);
        var again = record.Replay(catalog);

        Assert.NotNull(again);
        Assert.True(DecisionRecord.IsSame(decision, again));
        Assert.Equal(decision.Verdicts.ToArray(), again.Verdicts.ToArray());
        Assert.Equal(decision.Features.ToArray(), again.Features.ToArray());
    }

    [Fact]
    public void A_contact_that_nobody_asked_for_is_made_again_of_the_treatments_that_its_campaign_had()
    {
        Treatment[] treatments =
            [.. new[] { "plain", "warm", "short" }.Select(static id => new Treatment(id, ["home"], new("zh-CN", "", "", "", "")))];
        var action = Bank.Action(1);
        var plain = Bank.Catalog([action]);
        var catalog = new Catalog(
            1, plain.Symbols, plain.Calendar, plain.Tags, [.. plain.Channels.Values],
            [plain.Placements["home"] with { Candidates = [new(action, [.. treatments])] }], [action], ["login"], []);
        var (placement, state, judged) =
            (catalog.Placements["home"], new CustomerState(), new Candidate(action, [treatments[2], treatments[1]]));
        var decision = Decider.DecideAlone(
            DecisionId.Create(Bank.Now, Bank.Home, "020235"), Bank.View(state, catalog) with { Version = 7 }, placement, judged,
            new PropensityModels(), UnlimitedStock.Instance);

        var record = DecisionRecord.FromBytes(
            DecisionRecord.Alone(decision, CustomerStateCodec.ToBytes(state), placement, judged).ToBytes());

        Assert.Equal([2, 1], record.Treatments.Select(static place => (int)place));
        Assert.True(DecisionRecord.IsSame(decision, record.Replay(catalog)!));
        Assert.Null(record.Replay(plain));
    }

    [Fact]
    public void A_catalogue_that_says_otherwise_makes_another_decision()
    {
        var (then, now) =
            (Bank.Catalog([Bank.Action(1), Bank.Action(2)]), Bank.Catalog([Bank.Action(1), Bank.Action(2) with { Lever = 2 }]));
        var record = new DecisionRecord(Bank.Decide(then, new CustomerState()), CustomerStateCodec.ToBytes(new CustomerState()), [], 50);

        Assert.True(DecisionRecord.IsSame(record.Decision, record.Replay(then)!));
        Assert.False(DecisionRecord.IsSame(record.Decision, record.Replay(now)!));
    }

    [Fact]
    public void A_record_of_the_format_before_is_read_without_what_it_did_not_keep()
    {
        var record = new DecisionRecord(
            Bank.Decide(Bank.Catalog([Bank.Action(1)]), new CustomerState()), CustomerStateCodec.ToBytes(new()), [], 3);
        var bytes = record.ToBytes();

        var before = DecisionRecord.FromBytes([2, .. bytes[1..^1]]);
        Assert.True(DecisionRecord.IsSame(record.Decision, before.Decision));
        Assert.Empty(before.ShownProbabilities);
        Assert.Equal(
            [0.25f, 1f],
            DecisionRecord.FromBytes((record with { ShownProbabilities = [0.25f, 1f] }).ToBytes()).ShownProbabilities.ToArray());
    }

    [Fact]
    public void Damaged_bytes_are_a_format_fault()
    {
        var bytes = new DecisionRecord(Bank.Decide(Bank.Catalog([Bank.Action(1)]), new CustomerState()), [], [], 3).ToBytes();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<FormatException>(() => DecisionRecord.FromBytes(bytes[..length]));
        }
    }

    private static PropensityModels Taught(Random dice)
    {
        var models = new PropensityModels();
        for (ushort action = 1; action <= 6; action++)
        {
            var model = new BayesianModel();
            for (var i = 0; i < 20; i++)
            {
                model.Learn(0.1, [0, (ushort)dice.Next(1, 4000)], dice.Next(2) == 0);
            }

            models.Use(action, model);
        }

        return models;
    }

    private static CustomerState RandomState(Random dice)
    {
        var state = new CustomerState();
        state.Tags.Set(2, TagValue.Integer(dice.Next(80)), Bank.Now, TagSource.Api);
        for (var i = dice.Next(3); i > 0; i--)
        {
            state.Contacts.Record(
                new ContactScopes(Bank.App, (ushort)dice.Next(1, 4), (ushort)dice.Next(1, 13)), Bank.Now - dice.Next(1, 100_000_000), 16);
        }

        return state;
    }
}
