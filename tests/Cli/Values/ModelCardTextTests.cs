using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Commands;
using Zhice.V1;

namespace Zhice.Cli.Tests.Values;

/// <summary>Model cards in Markdown.</summary>
public sealed class ModelCardTextTests
{
    [Fact]
    public void A_card_says_what_the_models_are_what_they_learned_and_who_promoted_them()
    {
        var card = Card();
        card.Challenger = new() { Score = new() { Settings = new() { PriorVariance = 0.5, Drift = 0 }, Learned = 7 }, Lessons = new(), WeightsSha256 = "beef" };
        card.Events.Add(new ModelEvent
        {
            Kind = ModelEventKind.Promoted, Actor = "anna", Time = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
            Score = new() { Learned = 1200, Auc = 0.75 },
            WeightsSha256 = new string('a', 64), ReplacedScore = new() { Auc = 0.5 }, ReplacedWeightsSha256 = new string('b', 64),
        });
        var text = ModelCardText.Format(card);

        Assert.StartsWith(
            "# Model card: deposit\nDeposit. Version 3, frozen. Written 1970-01-01 00:00:00Z with catalogue version 4.\n", text,
            StringComparison.Ordinal);
        Assert.Contains("\n|  | champion | challenger |\n| --- | --- | --- |\n", text, StringComparison.Ordinal);
        Assert.Contains("\n| lessons learned | 1,200 | 7 |\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "\n| 1970-01-01 00:00:00Z | anna | promoted | 0 | 0 | 1,200 | 0.7500 | - | aaaaaaaaaaaa | 0.5000 | - | bbbbbbbbbbbb |", text,
            StringComparison.Ordinal);
        Assert.Contains("\n- not for credit\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_from_outside_ends_no_cell_and_begins_no_line()
    {
        var card = Card();
        card.Events.Add(new ModelEvent { Kind = ModelEventKind.Frozen, Actor = "eve | x\n# <b>", Time = new(), Score = new() });

        Assert.Contains(@"| eve \| x # \<b> | frozen |", ModelCardText.Format(card), StringComparison.Ordinal);
    }

    private static ModelCard Card() => new()
    {
        ActionId = "deposit", DisplayName = "Deposit", Version = 3, IsFrozen = true, CatalogVersion = 4, WriteTime = new(),
        Limits = { "not for credit" }, Features = new(),
        AttributionWindow = Duration.FromTimeSpan(TimeSpan.FromDays(7)),
        Champion = new() { Prior = 0.1, Score = new() { Settings = new() { PriorVariance = 0.1 }, Learned = 1200 }, Lessons = new() { Accepted = 200 }, WeightsSha256 = "cafe" },
    };
}
