using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs;
using Zhice.V1;

namespace Zhice.Catalogs.Tests;

public sealed class CatalogDiffTests
{
    [Fact]
    public void Equal_catalogues_differ_in_nothing() => Assert.Empty(Between(Sample(), Sample()));

    [Fact]
    public void What_is_added_and_removed_goes_by_its_id()
    {
        var after = Sample();
        after.Channels.Add(new Channel { ChannelId = "sms" });
        after.Tags.RemoveAt(0);

        Assert.Equal<PartDifference[]>(
            [new(PartDifferenceKind.Removed, "tags[age]", null, null), new(PartDifferenceKind.Added, "channels[sms]", null, null)],
            Between(Sample(), after));
    }

    [Fact]
    public void A_change_is_named_down_to_its_field()
    {
        var after = Sample();
        after.Actions[0].ValueFen = 200;
        after.Actions[0].Eligibility[0].Expression = "tags.age >= 21";
        after.Actions[0].Treatments[0].PlacementIds.Add("branch_desk");
        after.ContactCaps[0].Scope = CapScope.Action;

        Assert.Equal<PartDifference[]>(
            [
                new(PartDifferenceKind.Changed, "actions[deposit].value_fen", "100", "200"),
                new(PartDifferenceKind.Changed, "actions[deposit].eligibility[adult].expression", "tags.age >= 18", "tags.age >= 21"),
                new(PartDifferenceKind.Changed, "actions[deposit].treatments[call].placement_ids", "desk", "desk, branch_desk"),
                new(PartDifferenceKind.Changed, "contact_caps[weekly].scope", "CAP_SCOPE_ALL", "CAP_SCOPE_ACTION"),
            ],
            Between(Sample(), after));
    }

    [Fact]
    public void Setting_a_field_is_told_from_changing_it()
    {
        var after = Sample();
        after.Actions[0].Lever = 0;
        after.ContactCaps[0].Calendar = CalendarPeriod.Week;

        Assert.Equal<PartDifference[]>(
            [
                new(PartDifferenceKind.Added, "actions[deposit].lever", null, "0"),
                new(PartDifferenceKind.Removed, "contact_caps[weekly].sliding", "604800s", null),
                new(PartDifferenceKind.Added, "contact_caps[weekly].calendar", null, "CALENDAR_PERIOD_WEEK"),
            ],
            Between(Sample(), after));
    }

    [Fact]
    public void Another_order_is_a_change_of_the_order_alone()
    {
        var after = Sample();
        var first = after.Tags[0];
        after.Tags.RemoveAt(0);
        after.Tags.Add(first);

        Assert.Equal<PartDifference[]>([new(PartDifferenceKind.Changed, "tags (order)", "age, job", "job, age")], Between(Sample(), after));
    }

    [Fact]
    public void A_version_of_a_journey_is_a_part_of_its_own()
    {
        var (before, after) = (Sample(), Sample());
        before.Journeys.Add(new Journey { JourneyId = "loan", Version = 1 });
        after.Journeys.Add(new Journey { JourneyId = "loan", Version = 1, DisplayName = "Loan" });
        after.Journeys.Add(new Journey { JourneyId = "loan", Version = 2 });

        Assert.Equal(
            [
                new(PartDifferenceKind.Changed, "journeys[loan, version 1].display_name", "", "Loan"),
                new(PartDifferenceKind.Added, "journeys[loan, version 2]", null, null)],
            Between(before, after));
    }

    private static PartDifference[] Between(Catalog before, Catalog after) => [.. CatalogDiff.Between(before, after)];

    private static Catalog Sample() => new()
    {
        Tags = { new TagDefinition { TagId = "age", Type = TagType.Integer }, new TagDefinition { TagId = "job", Type = TagType.Enum } },
        Actions =
        {
            new Zhice.V1.Action
            {
                ActionId = "deposit",
                ValueFen = 100,
                Eligibility = { new Rule { RuleId = "adult", Expression = "tags.age >= 18" } },
                Treatments = { new Treatment { TreatmentId = "call", PlacementIds = { "desk" } } },
            },
        },
        ContactCaps =
        {
            new ContactCap { CapId = "weekly", Scope = CapScope.All, Sliding = Duration.FromTimeSpan(TimeSpan.FromDays(7)) },
        },
    };
}
