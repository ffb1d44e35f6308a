using Zhice.Domain.Experiments;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs.Tests;

/// <summary>What a catalogue records of behaviour, and its groups of decisions.</summary>
public sealed class BehaviorCompilerTests
{
    public static TheoryData<string, string, Action<V1.Catalog>> Faults { get; } = new()
    {
        { "event_types[0].behavior.share", "it is 0 to 1", static bank => bank.EventTypes[0].Behavior = new() { Share = 1.5 } },
        { "event_types[0].behavior.share", "it is 0 to 1", static bank => bank.EventTypes[0].Behavior = new() { Share = double.NaN } },
        { "event_types[0].behavior.share", "in steps of 0.0001", static bank => bank.EventTypes[0].Behavior = new() { Share = 0.00005 } },
        { "event_types[0].behavior.properties", "at most 8", static bank => bank.EventTypes[0].Behavior = new() { Properties = { Enumerable.Range(0, 9).Select(static i => $"p{i}") } } },
        { "event_types[0].behavior.properties[1]", "is there already", static bank => bank.EventTypes[0].Behavior = new() { Properties = { "page", "page" } } },
        { "event_types[0].behavior.properties[0]", "is empty", static bank => bank.EventTypes[0].Behavior = new() { Properties = { "" } } },
        { "event_types[0].behavior.properties[0]", "is recorded anyway", static bank => bank.EventTypes[0].Behavior = new() { Properties = { "channel_id" } } },
        { "decision_contrasts.share", "it is 0.0001 to 0.05", static bank => bank.DecisionContrasts = new() },
        { "decision_contrasts.share", "it is 0.0001 to 0.05", static bank => bank.DecisionContrasts = new() { Share = 0.2 } },
        { "decision_contrasts.salt", "at most 64", static bank => bank.DecisionContrasts = new() { Share = 0.01, Salt = new('x', 65) } },
    };

    [Fact]
    public void A_type_of_event_says_what_is_recorded_of_it_and_others_are_left_to_the_silo()
    {
        var bank = Bank();
        bank.EventTypes[0].Behavior = new() { Share = 0.25, Properties = { "page", "amount" } };
        bank.DecisionContrasts = new() { Share = 0.01 };
        var catalog = CatalogCompiler.Compile(bank, SymbolTable.Empty, 1).Catalog!;

        var recording = Assert.Single(catalog.Behavior);
        Assert.Equal((catalog.EventTypes["opened"], 2_500), (recording.Key, recording.Value.Parts));
        Assert.Equal(["page", "amount"], recording.Value.Properties);
        Assert.Equal(100, catalog.Contrasts!.Parts);
        Assert.Contains(Enumerable.Range(0, 1_000).Select(i => catalog.GetContrastArm($"c{i}")), static arm => arm == "contrast:no_levers");
        bank.DecisionContrasts.Salt = "again";
        Assert.NotEqual(catalog.Contrasts.Salt, CatalogCompiler.Compile(bank, SymbolTable.Empty, 1).Catalog!.Contrasts!.Salt);
        Assert.Equal("", CatalogCompiler.Compile(Bank(), SymbolTable.Empty, 1).Catalog!.GetContrastArm("c1"));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_is_wrong_is_named_with_what_would_be_right(string path, string sentence, Action<V1.Catalog> damage)
    {
        var bank = Bank();
        damage(bank);
        var compilation = CatalogCompiler.Compile(bank, SymbolTable.Empty, 1);
        Assert.Null(compilation.Catalog);
        Assert.Contains(compilation.Faults, fault => fault.Path == path && fault.Description.Contains(sentence, StringComparison.Ordinal));
    }

    private static V1.Catalog Bank() => new() { EventTypes = { new V1.EventType { EventTypeId = "opened" }, new V1.EventType { EventTypeId = "seen" } } };
}
