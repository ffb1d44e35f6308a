using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs.Tags;
using Zhice.Domain.Audiences;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Catalogs.Tests.Tags;

/// <summary>How tags are protected: levels, classes and retention.</summary>
public sealed class ProtectionTests
{
    private const long Day = 86_400_000;
    private const long Now = 1_800_000_000_000;

    [Theory]
    [InlineData(0, false, 3, PersonalClass.C2, DataImportance.General, false)]
    [InlineData(0, true, 4, PersonalClass.C3, DataImportance.SensitiveGeneral, true)]
    [InlineData(1, false, 1, PersonalClass.C1, DataImportance.General, false)]
    [InlineData(3, true, 3, PersonalClass.C2, DataImportance.General, true)]
    [InlineData(4, false, 4, PersonalClass.C3, DataImportance.SensitiveGeneral, true)]
    [InlineData(5, false, 5, PersonalClass.C3, DataImportance.Important, true)]
    public void Classes_and_masking_follow_from_the_level(
        int level, bool isSensitive, int becomes, PersonalClass personalClass, DataImportance importance, bool isMasked)
    {
        var tag = Compiled(new() { Level = level }, isSensitive).TagsById["phone"];

        Assert.Equal(
            (becomes, personalClass, importance, isMasked),
            (tag.Protection.Level, tag.Protection.PersonalClass, tag.Protection.Importance, tag.IsSensitive));
        Assert.Equal(isMasked, tag.Unread == UnreadReason.Sensitive);
    }

    [Fact]
    public void What_is_said_of_a_tag_is_kept()
    {
        var tag = Compiled(new()
        {
            Level = 5, PersonalClass = V1.PersonalClass.C2, Importance = V1.DataImportance.Core, Purpose = "to call back",
            Origin = "core banking", Retention = Duration.FromTimeSpan(TimeSpan.FromDays(90)),
        }).TagsById["phone"];

        Assert.Equal(new TagProtection(5, PersonalClass.C2, DataImportance.Core, "to call back", 90 * Day, "core banking"), tag.Protection);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_its_path()
    {
        Assert.Equal("tags[0].protection.level", Fault(new() { Level = 6 }));
        Assert.Equal("tags[0].protection.level", Fault(new() { Level = 2 }, isSensitive: true));
        Assert.Equal("tags[0].protection.personal_class", Fault(new() { Level = 3, PersonalClass = V1.PersonalClass.C3 }));
        Assert.Equal("tags[0].protection.retention", Fault(new() { Retention = Duration.FromTimeSpan(TimeSpan.FromHours(1)) }));
        Assert.Equal("tags[0].protection.purpose", Fault(new() { Purpose = new string('x', 513) }));
    }

    [Fact]
    public void A_tag_past_its_retention_is_read_by_nobody()
    {
        var catalog = Compiled(new() { Retention = Duration.FromTimeSpan(TimeSpan.FromDays(30)) });
        var (tag, state) = (catalog.TagsById["phone"], new CustomerState());
        state.Tags.Set(tag.Number, TagValue.String("138"), Now, TagSource.Api);
        var index = new BucketIndex(catalog);

        Assert.True(new CustomerView(state, catalog, [], Now + (29 * Day)).TryGetText(tag, out _));
        Assert.False(new CustomerView(state, catalog, [], Now + (30 * Day)).TryGetText(tag, out _));
        index.Take("a"u8, state, 1, Now + (29 * Day));
        Assert.True(index.TryGet(0, tag, out _));
        Assert.Equal(Now + (30 * Day), index.ChangesAtMs);
        index.Take("a"u8, state, 1, Now + (30 * Day), again: true);
        Assert.False(index.TryGet(0, tag, out _));

        Assert.False(state.Tags.RemovePast(tag, Now + (29 * Day)));
        Assert.True(state.Tags.RemovePast(tag, Now + (30 * Day)));
        Assert.Equal(0, state.Tags.Count);
        Assert.Equal([tag], catalog.RetainedTags);
        Assert.False(catalog.HasSameTags(Compiled(new())));
    }

    [Fact]
    public void Readers_of_a_tag_are_found_however_deep_the_expression_is()
    {
        var definition = new V1.Catalog
        {
            Actions =
            {
                new V1.Action { ActionId = "fund", Eligibility = { new V1.Rule { RuleId = "adult", Expression = "tags.age >= 18 && tags.phone != ''" } } },
                new V1.Action { ActionId = "loan", Eligibility = { new V1.Rule { RuleId = "r", Expression = "tags.aged > 1" } } },
            },
            Journeys = { new V1.Journey { JourneyId = "welcome", Stages = { new V1.JourneyStage { StageId = "s", Transitions = { new V1.JourneyTransition { ToStageId = "t", When = "tags.age > 60" } } } } } },
        };

        var found = TagReaders.Find(definition).ToLookup(static reader => reader.TagId, static reader => reader.Reader);

        Assert.Equal(["action fund", "journey welcome"], found["age"].Order());
        Assert.Equal(["action fund"], found["phone"]);
        Assert.Equal(["action loan"], found["aged"]);
    }

    private static V1.Catalog Bank(V1.TagProtection protection, bool isSensitive) => new()
    {
        TagClasses = { new V1.TagClass { ClassId = "person", DisplayName = "Person", Subclasses = { new V1.TagSubclass { SubclassId = "basics", DisplayName = "Basics" } } } },
        Tags = { new V1.TagDefinition { TagId = "phone", DisplayName = "Phone", SubclassId = "basics", Type = V1.TagType.String, Sensitive = isSensitive, Protection = protection } },
    };

    private static Catalog Compiled(V1.TagProtection protection, bool isSensitive = false)
    {
        var compiled = CatalogCompiler.Compile(Bank(protection, isSensitive), SymbolTable.Empty, 1);
        Assert.Empty(compiled.Faults);
        return compiled.Catalog!;
    }

    private static string Fault(V1.TagProtection protection, bool isSensitive = false) =>
        Assert.Single(CatalogCompiler.Compile(Bank(protection, isSensitive), SymbolTable.Empty, 1).Faults).Path;
}
