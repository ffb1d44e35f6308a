using System.Collections.Immutable;
using Zhice.Api.Audit;
using Zhice.Domain.Audit;
using Zhice.Domain.Decisions;
using Zhice.V1;
using AuditChange = Zhice.Domain.Audit.AuditChange;

namespace Zhice.Api.Tests.Audit;

/// <summary>What the trail keeps of requests and of what they change.</summary>
public sealed class AuditValuesTests
{
    [Fact]
    public void What_differs_is_told_by_ids_with_the_values_before_and_after()
    {
        var before = new Catalog { Actions = { new Zhice.V1.Action { ActionId = "a", ValueFen = 5 }, new Zhice.V1.Action { ActionId = "b" } } };
        var after = new Catalog { Actions = { new Zhice.V1.Action { ActionId = "b" }, new Zhice.V1.Action { ActionId = "a", ValueFen = 7 } }, RequireApproval = true };

        Assert.Equal(
            [
                new("actions (order)", "a, b", "b, a"), new("actions[a].value_fen", "5", "7"),
                new AuditChange("require_approval", "false", "true")],
            AuditValues.Of(before).Differences(AuditValues.Of(after)));
    }

    [Fact]
    public void A_part_that_is_new_is_told_with_all_of_its_values()
    {
        var changes = AuditValues.Of(new Catalog())
            .Differences(AuditValues.Of(new Catalog { Channels = { new Channel { ChannelId = "sms" } } }));

        Assert.Contains(new("channels[sms]", "", "(present)"), changes);
        Assert.Contains(new("channels[sms].channel_id", "", "sms"), changes);
    }

    [Fact]
    public void What_an_audience_compares_with_a_sensitive_tag_is_masked_in_the_request_and_before_and_after()
    {
        var request = new SaveAudienceRequest { Audience = new() { AudienceId = "vip", Expression = "tags.phone == \"138\" && tags.age > 30" } };
        Assert.Contains(
            new("audience.expression", "", "tags.phone == \"***\" && tags.age > 30"),
            AuditRequests.Asked(request, AuditTarget.Find(request), IsHidden));

        var after = new Audience { AudienceId = "vip", Expression = "tags.phone == \"139\"" };
        Assert.Equal(
            [new AuditChange("expression", "tags.phone == \"***\" && tags.age > 30", "tags.phone == \"***\"")],
            AuditValues.Of(request.Audience, isHidden: IsHidden).Differences(AuditValues.Of(after, isHidden: IsHidden)));
        var campaign = new CampaignStatus { Campaign = new() { Audience = "tags.phone in [\"138\"]" } };
        Assert.Contains("\"***\"", $"{AuditValues.Empty.Differences(AuditValues.Of(campaign, isHidden: IsHidden)).Single(static change => change.Path == "campaign.audience").After}");
    }

    [Fact]
    public void A_hidden_value_shows_only_that_it_changed()
    {
        var (before, after) = (new AuditValues(), new AuditValues());
        before.Add("tags[salary]", "441", isHidden: true);
        after.Add("tags[salary]", "442", isHidden: true);
        after.Add("tags[city]", "Wuxi", isHidden: true);

        Assert.Equal([new("tags[city]", "", "***"), new AuditChange("tags[salary]", "***", "***")], before.Differences(after));
    }

    [Theory]
    [InlineData(1, false, "40", "41")]
    [InlineData(2, false, "40", "41")]
    [InlineData(2, true, "***", "***")]
    [InlineData(3, false, "***", "***")]
    public void A_tag_is_shown_up_to_level_2_if_it_is_not_sensitive(int level, bool isSensitive, string before, string after)
    {
        var tag = new Domain.Tags.TagDefinition
        {
            Number = 1, FeatureSeed = 1, Id = "visits", Type = Domain.Tags.TagType.Integer, IsSensitive = isSensitive,
            Protection = Domain.Tags.TagProtection.ForLevel(level),
        };
        var (old, current) = (new AuditValues(), new AuditValues());
        old.AddTag(tag, 40, null);
        current.AddTag(tag, 41, null);

        Assert.Equal([new AuditChange("tags[visits]", before, after)], old.Differences(current));
    }

    [Fact]
    public void A_request_about_a_customer_shows_ids_and_no_value_or_text()
    {
        var update = new UpdateTagsRequest
        {
            CustomerId = "020235",
            RequestId = "r1",
            Changes = { new TagChange { TagId = "city", Set = new Value { StringValue = "canary-7781" } }, new TagChange { TagId = "salary", Increment = new Value { IntegerValue = 7781 } } },
        };
        var handOff = new HandOffRequest { CustomerId = "020235", ActionId = "deposit", Note = "canary-7781", Owner = "team" };

        var asked = AuditRequests.Asked(update, AuditTarget.Find(update), IsHidden).AddRange(AuditRequests.Asked(handOff, AuditTarget.Find(handOff), IsHidden));
        Assert.DoesNotContain(asked, static change => change.After.Contains("7781", StringComparison.Ordinal));
        Assert.Contains(new("changes[city].set", "", "***"), asked);
        Assert.Contains(new("note", "", "***"), asked);
        Assert.Contains(new("owner", "", "team"), asked);
    }

    [Fact]
    public void A_large_part_of_a_request_is_told_by_a_digest_that_needs_the_key()
    {
        var request = new ApplyCatalogRequest { Comment = "li", Catalog = new() { Actions = { Enumerable.Range(0, 2_000).Select(static i => new Zhice.V1.Action { ActionId = $"a{i}" }) } } };

        var (asked, other) = (Ask(new([1, .. new byte[15]], 0)), Ask(new(new byte[16], 0)));
        Assert.Equal(["catalog", "comment"], asked.Select(static change => change.Path));
        Assert.Contains(" hmac-sha256:", asked[0].After, StringComparison.Ordinal);
        Assert.NotEqual(asked[0], other[0]);

        ImmutableArray<AuditChange> Ask(DecisionKey key) =>
            AuditRequests.Asked(request, AuditTarget.Find(request), IsHidden, new AuditDigests(key));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_request_says_what_it_is_about(object request, string kind, string id) =>
        Assert.Equal(new AuditTarget(kind, id), AuditTarget.Find(request));

    public static TheoryData<object, string, string> Targets() => new()
    {
        { new ApplyCatalogRequest(), "catalog", "" },
        { new ApproveCatalogChangeRequest { ChangeId = 7 }, "catalog-change", "7" },
        { new SaveCampaignRequest { Campaign = new() { CampaignId = "spring" } }, "campaign", "spring" },
        { new SaveCampaignRequest(), "campaign", "" },
        { new PauseCampaignRequest { CampaignId = "spring" }, "campaign", "spring" },
        { new SetStopRequest { Kind = StopKind.Channel, TargetId = "sms" }, "stop", "Channel/sms" },
        { new FreezeModelRequest { ActionId = "deposit" }, "model", "deposit" },
        { new HoldActionRequest { CustomerId = "c", ActionId = "deposit" }, "customer", "c" },
        { new ResendDeadLettersRequest { ChannelId = "sms" }, "channel", "sms" },
        { new ListModelsRequest(), "", "" },
    };

    private static bool IsHidden(string tagId) => tagId == "phone";
}
