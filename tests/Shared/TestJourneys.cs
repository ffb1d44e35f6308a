using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Primitives;
using Zhice.V1;
using Purpose = Zhice.V1.Purpose;

namespace Zhice.TestBank;

/// <summary>Catalogues with journeys, for tests: events a, b, c, d, and the tags age and mood.</summary>
internal static class TestJourneys
{
    public static V1.Catalog Bank(params Journey[] journeys) => new()
    {
        TagClasses = { new TagClass { ClassId = "person", Subclasses = { new TagSubclass { SubclassId = "basics" } } } },
        Tags =
        {
            new V1.TagDefinition { TagId = "age", SubclassId = "basics", Type = TagType.Integer },
            new V1.TagDefinition { TagId = "mood", SubclassId = "basics", Type = TagType.Enum, EnumValues = { "calm", "keen" } },
            new V1.TagDefinition { TagId = "met", SubclassId = "basics", Type = TagType.Time },
        },
        EventTypes = { new[] { "a", "b", "c", "d" }.Select(static id => new EventType { EventTypeId = id }) },
        Channels = { new V1.Channel { ChannelId = "sms" } },
        Placements = { new V1.Placement { PlacementId = "text", ChannelId = "sms", CountAt = CountAt.Decision } },
        Categories = { new Category { CategoryId = "loans" } },
        Actions =
        {
            new V1.Action
            {
                ActionId = "loan", CategoryId = "loans", Purpose = Purpose.Marketing, ValueFen = 100,
                Treatments = { new V1.Treatment { TreatmentId = "plain", PlacementIds = { "text" }, Content = new V1.Content { Title = "A loan" } } },
            },
        },
        Journeys = { journeys },
    };

    public static Domain.Catalogs.Catalog Compiled(params Journey[] journeys)
    {
        var made = CatalogCompiler.Compile(Bank(journeys), SymbolTable.Empty, 1);
        return made.Catalog
            ?? throw new ArgumentException(string.Join('\n', made.Faults.Select(static fault => $"{fault.Path}: {fault.Description}")));
    }

    public static Journey Journey(string id, string enterOn, params JourneyStage[] stages) => new()
    {
        JourneyId = id, Version = 1, Entry = new() { EventTypeIds = { enterOn } }, Stages = { stages },
    };

    public static JourneyStage Stage(string id, params JourneyTransition[] ways) =>
        new() { StageId = id, Final = ways.Length == 0, Transitions = { ways } };

    public static JourneyTransition On(string eventType, string to, string when = "") =>
        new() { EventTypeId = eventType, ToStageId = to, When = when };

    public static JourneyTransition After(TimeSpan time, string to, string when = "") =>
        new() { After = Duration.FromTimeSpan(time), ToStageId = to, When = when };

    public static JourneyTransition At(string time, string to, string when = "") => new() { At = time, ToStageId = to, When = when };

    public static JourneyTransition When(string condition, string to) => new() { When = condition, ToStageId = to };
}
