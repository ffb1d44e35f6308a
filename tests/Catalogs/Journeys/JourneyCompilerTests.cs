using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Primitives;
using Zhice.V1;
using static Zhice.TestBank.TestJourneys;

namespace Zhice.Catalogs.Tests.Journeys;

public sealed class JourneyCompilerTests
{
    [Fact]
    public void What_is_wrong_with_a_journey_is_told_with_its_path()
    {
        Says("journeys[0].stages[0].transitions", "no way leads out of 'start'", static journey => journey.Stages[0].Transitions.Clear());
        Says("journeys[0].stages[1].transitions", "'end' is final", static journey => journey.Stages[1].Transitions.Add(On("a", "start")));
        Says("journeys[0].stages[2]", "no way leads to 'island' from 'start'", static journey => journey.Stages.Add(Stage("island")));
        Says(
            "journeys[0].stages[0].transitions[0].to_stage_id", "did you mean 'end'?",
            static journey => journey.Stages[0].Transitions[0].ToStageId = "ende");
        Says(
            "journeys[0].stages[0].transitions[0].event_type_id", "no event type 'zz'",
            static journey => journey.Stages[0].Transitions[0].EventTypeId = "zz");
        Says(
            "journeys[0].stages[0].transitions[0].when", "did you mean 'age'?",
            static journey => journey.Stages[0].Transitions[0].When = "tags.agee > 1");
        Says(
            "journeys[0].stages[0].transitions[1].at", "\"25:00\"",
            static journey => journey.Stages[0].Transitions.Add(At("25:00", "end")));
        Says(
            "journeys[0].stages[0].transitions[1].after", "1s",
            static journey => journey.Stages[0].Transitions.Add(After(TimeSpan.FromMilliseconds(3), "end")));
        Says("journeys[0].stages[0]", "without waiting", static journey =>
        {
            journey.Stages[0].Transitions.Add(When("tags.age > 1", "other"));
            journey.Stages.Add(Stage("other", When("", "start")));
        });
        Says("journeys[0].entry.event_type_ids", "found none", static journey => journey.Entry.EventTypeIds.Clear());
        Says("journeys[0].version", "found 0", static journey => journey.Version = 0);
        Says("journeys[0].goal_stage_ids[0]", "no stage", static journey => journey.GoalStageIds.Add("x"));
        Says("journeys[0].experiment_id", "no experiment", static journey => journey.ExperimentId = "x");
        Says(
            "journeys[0].mappings[0].from_version", "earlier version",
            static journey => journey.Mappings.Add(new JourneyMapping { FromVersion = 3 }));
        Says("journeys[0].stages[0].on_enter[0]", "nothing to do", static journey => journey.Stages[0].OnEnter.Add(new StageAction()));
        Says("journeys[0].stages[0].on_enter[0].set_tag.value", "one of calm, keen", static journey => Tag(journey, "mood", "sad"));
        Says(
            "journeys[0].stages[0].on_enter[0].set_tag.tag_id", "no tag 'moood'; did you mean 'mood'?",
            static journey => Tag(journey, "moood", "calm"));
        Says("journeys[0].stages[0].on_enter[0].hand_off.owner", "is missing", static journey => journey.Stages[0].OnEnter.Add(
            new StageAction { HandOff = new() { ActionId = "loan", PlacementId = "text", Kind = "call", DueIn = Duration.FromTimeSpan(TimeSpan.FromHours(1)) } }));

        static void Tag(Journey journey, string tag, string value) =>
            journey.Stages[0].OnEnter.Add(new StageAction { SetTag = new() { TagId = tag, Value = value } });
    }

    [Fact]
    public void Rings_that_keep_themselves_going_by_their_own_events_are_refused()
    {
        // One journey goes round by the event that the other makes, and the other way about.
        var (ping, pong) = (Ring("ping", "a", "b"), Ring("pong", "b", "a"));
        var fault = Assert.Single(CatalogCompiler.Compile(Bank(ping, pong), SymbolTable.Empty, 1).Faults);
        Assert.Equal("journeys[0].stages[0].on_enter", fault.Path);
        Assert.Contains("back to 'here' of 'ping'", fault.Description, StringComparison.Ordinal);

        // Alone, each waits for an event from outside; so does the pair, once one of them waits for a time.
        Assert.NotNull(CatalogCompiler.Compile(Bank(ping), SymbolTable.Empty, 1).Catalog);
        pong.Stages[1].Transitions[0] = After(TimeSpan.FromDays(1), "here");
        Assert.NotNull(CatalogCompiler.Compile(Bank(ping, pong), SymbolTable.Empty, 1).Catalog);

        static Journey Ring(string id, string hears, string makes)
        {
            var journey = Fine();
            journey.JourneyId = id;
            journey.GoalStageIds.Clear();
            journey.Stages.Clear();
            journey.Stages.Add(Stage("here", On(hears, "there")));
            journey.Stages.Add(Stage("there", On(hears, "here")));
            journey.Stages[0].OnEnter.Add(new StageAction { EmitEventTypeId = makes });
            return journey;
        }
    }

    [Fact]
    public void Two_versions_of_one_number_are_refused_and_expressions_know_the_stages_of_all()
    {
        var (one, two) = (Fine(), Fine());
        Assert.Contains(
            CatalogCompiler.Compile(Bank(one, two), SymbolTable.Empty, 1).Faults, static fault => fault is { Path: "journeys[1].version" });

        two.Version = 2;
        two.Stages.Insert(1, Stage("middle", On("b", "end")));
        two.Stages[0].Transitions[0].ToStageId = "middle";
        var bank = Bank(one, two);
        bank.Actions[0].Applicability.Add(new V1.Rule { RuleId = "in_the_middle", Expression = "journey(\"loan\").stage == \"middle\"" });
        Assert.NotNull(CatalogCompiler.Compile(bank, SymbolTable.Empty, 1).Catalog);

        bank.Actions[0].Applicability[0].Expression = "journey(\"loan\").stage == \"midle\"";
        Assert.Contains(
            CatalogCompiler.Compile(bank, SymbolTable.Empty, 1).Faults,
            static fault => fault.Description.Contains("middle", StringComparison.Ordinal));
    }

    private static void Says(string path, string words, Action<Journey> spoil)
    {
        var journey = Fine();
        spoil(journey);
        var faults = CatalogCompiler.Compile(Bank(journey), SymbolTable.Empty, 1).Faults;
        Assert.True(
            faults.Any(fault => fault.Path == path && fault.Description.Contains(words, StringComparison.Ordinal)),
            $"{path}: {words}\n{string.Join('\n', faults.Select(static fault => $"{fault.Path}: {fault.Description}"))}");
    }

    private static Journey Fine() => Journey("loan", "a", Stage("start", On("b", "end")), Stage("end"));
}
