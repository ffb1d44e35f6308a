using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs.Tests;

/// <summary>Outcomes and tiers of a catalogue.</summary>
public sealed class OutcomeCompilerTests
{
    [Fact]
    public void An_outcome_is_compiled_with_its_numbers_and_keeps_its_number_in_later_versions()
    {
        var bank = Bank();
        var catalog = CatalogCompiler.Compile(bank, SymbolTable.Empty, 1).Catalog!;
        var deposit = Assert.Single(catalog.Outcomes);
        Assert.Equal(
            ("deposit_opened", (ushort)1, "amount", 14 * 86_400_000L),
            (deposit.Id, deposit.Number, deposit.AmountProperty, deposit.WindowMs));
        Assert.Equal([deposit], catalog.OutcomesOf(catalog.EventTypes["opened"]));
        Assert.Empty(catalog.OutcomesOf(99));
        Assert.True(deposit.IsOf(catalog.ActionsById["deposit"].Number));
        Assert.False(deposit.IsOf(77));
        Assert.Equal(catalog.TagsById["tier"].Number, catalog.TierTag);

        bank.Outcomes.Insert(0, new V1.Outcome { OutcomeId = "any", EventTypeId = "opened" });
        var next = CatalogCompiler.Compile(bank, catalog.Symbols, 2).Catalog!;
        Assert.Equal(
            [("any", (ushort)2, 30 * 86_400_000L), ("deposit_opened", 1, 14 * 86_400_000L)],
            next.Outcomes.Select(static outcome => (outcome.Id, outcome.Number, outcome.WindowMs)));
        Assert.True(next.Outcomes[0].IsOf(77));
    }

    public static TheoryData<string, string, Action<V1.Catalog>> Faults { get; } = new()
    {
        { "outcomes[0].outcome_id", "is no id", static bank => bank.Outcomes[0].OutcomeId = "Deposit" },
        { "outcomes[1].outcome_id", "is the id of outcomes[0] already", static bank => bank.Outcomes.Add(bank.Outcomes[0].Clone()) },
        { "outcomes[0].event_type_id", "there is no event type 'openned'; did you mean 'opened'?", static bank => bank.Outcomes[0].EventTypeId = "openned" },
        { "outcomes[0].action_ids[0]", "there is no action 'depost'; did you mean 'deposit'?", static bank => bank.Outcomes[0].ActionIds[0] = "depost" },
        { "outcomes[0].window", "it may be 1d to 90d", static bank => bank.Outcomes[0].Window = Duration.FromTimeSpan(TimeSpan.FromDays(91)) },
        { "outcomes[0].amount_property", "there may be at most 64", static bank => bank.Outcomes[0].AmountProperty = new('a', 65) },
        { "tier_tag_id", "there is no tag 'teir'", static bank => bank.TierTagId = "teir" },
        { "tier_tag_id", "the tag 'age' is no enum", static bank => bank.TierTagId = "age" },
        { "outcomes", "found 65 outcomes", static bank => bank.Outcomes.Add(Enumerable.Range(0, 64).Select(static i => new V1.Outcome { OutcomeId = $"o{i}", EventTypeId = "opened" })) },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_named_with_the_path_of_its_field(string path, string part, Action<V1.Catalog> spoil)
    {
        var bank = Bank();
        spoil(bank);
        var compilation = CatalogCompiler.Compile(bank, SymbolTable.Empty, 1);
        Assert.Null(compilation.Catalog);
        Assert.Contains(compilation.Faults, fault => fault.Path == path && fault.Description.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void More_outcomes_than_a_touch_has_bits_for_are_refused_also_over_versions()
    {
        var known = SymbolTable.Empty.With(
            Enumerable.Range(0, OutcomeDefinition.MaxOutcomes).Select(static i => new Symbol(SymbolKind.Outcome, $"old{i}")));
        Assert.Contains(
            CatalogCompiler.Compile(Bank(), known, 2).Faults,
            static fault => fault.Path == "outcomes[0]" && fault.Description.Contains("there would be 65", StringComparison.Ordinal));
    }

    private static V1.Catalog Bank() => new()
    {
        TagClasses = { new V1.TagClass { ClassId = "basic", Subclasses = { new V1.TagSubclass { SubclassId = "person" } } } },
        Tags =
        {
            new V1.TagDefinition { TagId = "tier", SubclassId = "person", Type = V1.TagType.Enum, EnumValues = { "gold", "plain" } },
            new V1.TagDefinition { TagId = "age", SubclassId = "person", Type = V1.TagType.Integer },
        },
        TierTagId = "tier",
        EventTypes = { new V1.EventType { EventTypeId = "opened" } },
        Channels = { new V1.Channel { ChannelId = "app" } },
        Placements = { new V1.Placement { PlacementId = "home", ChannelId = "app" } },
        Categories = { new V1.Category { CategoryId = "savings" } },
        Actions =
        {
            new V1.Action
            {
                ActionId = "deposit", CategoryId = "savings", Purpose = V1.Purpose.Marketing,
                Treatments = { new V1.Treatment { TreatmentId = "card", PlacementIds = { "home" }, Content = new() { Title = "存款" } } },
            },
        },
        Outcomes =
        {
            new V1.Outcome
            {
                OutcomeId = "deposit_opened", EventTypeId = "opened", AmountProperty = "amount", ActionIds = { "deposit" },
                Window = Duration.FromTimeSpan(TimeSpan.FromDays(14)),
            },
        },
    };
}
