using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs.Campaigns;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;

namespace Zhice.Catalogs.Tests.Campaigns;

/// <summary>Times that let a campaign contact nobody, or begin at once unasked, are refused by field.</summary>
public sealed class CampaignScheduleTests
{
    private const long HourMs = 3_600_000;

    public static TheoryData<string, string, CampaignDefinition> Faulty => new()
    {
        { "end_time", "is past", With(order => order with { EndsAtMs = Bank.Now - HourMs }) },
        { "end_time", "not after the start", With(order => order with { EndsAtMs = Bank.Now + HourMs }) with { StartsAtMs = Bank.Now + (2 * HourMs) } },
        { "end_time", "let nobody be contacted before", With(order => order with { EndsAtMs = Bank.Now + (HourMs / 2) }) },
        { "one_off.start_time", "is past", With() with { StartsAtMs = Bank.Now - (28 * Bank.DayMs) } },
        { "recurring.start_time", "its next run is due at 2026-03-02T16:00:00Z", With() with { StartsAtMs = Bank.Now - (36 * HourMs), IntervalMs = Bank.DayMs } },
        { "send_window", "lies within the quiet hours", With(order => order with { Window = new(12 * 60, 13 * 60) }) },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void An_impossible_schedule_is_refused_by_its_field(string path, string says, CampaignDefinition definition)
    {
        var fault = Assert.Single(FaultsOf(definition));

        Assert.Equal(path, fault.Path);
        Assert.Contains(says, fault.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_that_has_just_passed_or_is_to_come_is_none()
    {
        Assert.Empty(FaultsOf(With()));
        Assert.Empty(FaultsOf(With() with { StartsAtMs = Bank.Now - 60_000 }));
        Assert.Empty(FaultsOf(With(order => order with { EndsAtMs = Bank.Now + Bank.DayMs }) with { StartsAtMs = Bank.Now + HourMs }));
    }

    [Theory]
    [InlineData(null, false, 900_000)]
    [InlineData(60, false, 60_000)]
    [InlineData(691_200, true, 0)]
    [InlineData(0, true, 0)]
    public void A_trigger_takes_events_of_the_last_15_minutes_unless_it_says_otherwise(int? seconds, bool isRefused, long ageMs)
    {
        var catalog = Bank.Catalog([Bank.Action(1)]);
        var campaign = new V1.Campaign
        {
            CampaignId = "summer", Audience = "true", ActionId = "action1", PlacementIds = { "home" },
            Trigger = new() { EventTypeId = "login", MaxEventAge = seconds is { } age ? Duration.FromTimeSpan(TimeSpan.FromSeconds(age)) : null },
        };

        var (definition, faults) = CampaignCompiler.Compile(campaign, catalog, 1);

        Assert.Equal(isRefused ? ["trigger.max_event_age"] : [], faults.Select(static fault => fault.Path));
        Assert.Equal(isRefused ? null : ageMs, definition?.Order.EventAgeLimitMs);
    }

    // Quiet from noon to one; it is noon.
    private static ImmutableArray<CatalogFault> FaultsOf(CampaignDefinition definition) => CampaignSchedule.FindFaults(
        definition, Bank.Catalog([Bank.Action(1)], new ContactRules { QuietHours = [new("app", Bank.App, 12 * 60, 13 * 60)] }), Bank.Now);

    private static CampaignDefinition With(Func<CampaignSpec, CampaignSpec>? change = null)
    {
        var order = new CampaignSpec { CampaignId = "summer", Revision = 1, Audience = "", ActionId = "action1", PlacementIds = ["home"], ContactExpiryMs = Bank.DayMs };
        return new() { Order = change?.Invoke(order) ?? order };
    }
}
