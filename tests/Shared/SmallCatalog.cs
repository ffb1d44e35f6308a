using Google.Protobuf.WellKnownTypes;
using Zhice.V1;

namespace Zhice.TestBank;

/// <summary>A catalogue that can be read at a glance: two actions, a cap, a live tag that counts.</summary>
internal static class SmallCatalog
{
    public static Catalog Create() => new()
    {
        TagClasses =
        {
            new TagClass { ClassId = "person", DisplayName = "Person", Subclasses = { new TagSubclass { SubclassId = "basics", DisplayName = "Basics" } } },
        },
        Tags =
        {
            new TagDefinition { TagId = "age", DisplayName = "Age", SubclassId = "basics", Type = TagType.Integer },
            new TagDefinition { TagId = "phone", DisplayName = "Phone", SubclassId = "basics", Type = TagType.String, Sensitive = true },
            new TagDefinition { TagId = "job", DisplayName = "Job", SubclassId = "basics", Type = TagType.Enum, EnumValues = { "student", "retired" } },
            new TagDefinition { TagId = "aum", DisplayName = "Assets", SubclassId = "basics", Type = TagType.Decimal },
            new TagDefinition
            {
                TagId = "logins", DisplayName = "Logins", SubclassId = "basics", Type = TagType.Integer,
                Live = new LiveTag { EventTypeId = "login", Function = LiveFunction.Count, Window = Duration.FromTimeSpan(TimeSpan.FromDays(30)) },
            },
        },
        EventTypes = { new EventType { EventTypeId = "login", DisplayName = "Login" } },
        Channels =
        {
            new Channel { ChannelId = "app", DisplayName = "App" },
            new Channel { ChannelId = "sms", DisplayName = "SMS" },
        },
        Placements =
        {
            new Placement { PlacementId = "app_home", DisplayName = "Home", ChannelId = "app", CountAt = CountAt.Impression },
            new Placement { PlacementId = "sms_text", DisplayName = "Text", ChannelId = "sms", CountAt = CountAt.Decision, DefaultLimit = 1 },
        },
        Categories = { new Category { CategoryId = "wealth", DisplayName = "Wealth" } },
        Actions =
        {
            Action("fund", 200_000, new Rule { RuleId = "adult", Expression = "tags.age >= 18" }),
            Action("deposit", 50_000),
        },
        ContactCaps =
        {
            new ContactCap { CapId = "two_a_week", Scope = CapScope.All, Limit = 2, Sliding = Duration.FromTimeSpan(TimeSpan.FromDays(7)) },
        },
    };

    private static V1.Action Action(string id, long valueFen, params Rule[] eligibility) => new()
    {
        ActionId = id, DisplayName = id, CategoryId = "wealth", Purpose = Purpose.Marketing, ValueFen = valueFen,
        PriorPropensity = 0.1, Eligibility = { eligibility },
        Treatments =
        {
            new Treatment
            {
                TreatmentId = "plain", PlacementIds = { "app_home", "sms_text" },
                Content = new Content { Title = $"A {id} for you", Body = "Tap to see." },
            },
        },
    };
}
