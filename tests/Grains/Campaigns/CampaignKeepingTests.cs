using Microsoft.Extensions.DependencyInjection;
using Zhice.Catalogs.Campaigns;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Customers;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Effects;
using Zhice.Domain.Primitives;
using Zhice.Grains.Campaigns;

namespace Zhice.Grains.Tests.Campaigns;

/// <summary>What campaigns, triggers and journeys do with what the ledger, the list and the parts have of before.</summary>
public sealed class CampaignKeepingTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    [Fact(Timeout = 60_000)]
    public async Task An_event_that_triggered_before_its_id_was_forgotten_is_recorded_again_without_a_second_contact()
    {
        await grid.StartAsync(new V1.Campaign { CampaignId = "greet", DisplayName = "Greet", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" }, Trigger = new() { EventTypeId = "visit" } });
        while (!grid.Services.GetRequiredService<CampaignTriggers>().IsAny)
        {
            await Task.Yield();
        }

        Assert.Equal([EventOutcome.Recorded], await grid.HappenAsync("again", grid.Event("visit", "e1")));
        Assert.Equal(1, await ContactsAsync("again"));
        await grid.HappenAsync("again", [.. Enumerable.Range(0, 520).Select(_ => grid.Event("view"))]);

        Assert.Equal(
            [EventOutcome.Recorded, EventOutcome.Recorded], await grid.HappenAsync("again", grid.Event("visit", "e1"), grid.Event("view")));
        Assert.Equal(1, await ContactsAsync("again"));

        // Another visit is another occasion, and the policy allows it.
        await grid.HappenAsync("again", grid.Event("visit", "e2"));
        Assert.Equal(2, await ContactsAsync("again"));
    }

    [Fact]
    public async Task A_journey_whose_contact_the_ledger_has_already_goes_on_as_if_it_were_blocked()
    {
        var journey = grid.Catalog.Symbols.Find(SymbolKind.Journey, "steps");
        var state = new CustomerState { Effects = new() };
        state.Effects.Count(new($"steps/invited/j{journey}.1.1.0/walker", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
        await grid.KeepAsync("customer", "walker", state);

        Assert.Equal([EventOutcome.Recorded], await grid.HappenAsync("walker", grid.Event("login")));

        var place = (await grid.Grains.GetGrain<ICustomerGrain>("walker").Find())!.State.Journeys.Find(journey)!.Value;
        Assert.Equal("steps/called", grid.Catalog.Symbols.FindName(SymbolKind.Stage, place.Stage));
    }

    [Fact]
    public async Task A_resume_that_is_executed_late_ends_no_later_pause()
    {
        var campaign = grid.Grains.GetGrain<ICampaignGrain>("twice");
        await grid.StartAsync(new V1.Campaign
        {
            CampaignId = "twice", DisplayName = "Twice", Audience = "false", ActionId = "deposit", PlacementIds = { "sms_text" },
            Trigger = new() { EventTypeId = "visit" },
        });
        var seen = (await campaign.Take(CampaignStep.Pause, "wang", "", "")).Campaign!.Etag;
        Assert.Equal(CampaignOutcome.Made, (await campaign.Take(CampaignStep.Resume, "wang", "", seen)).Outcome);
        Assert.Equal(CampaignOutcome.Made, (await campaign.Take(CampaignStep.Resume, "wang", "", seen)).Outcome);
        await campaign.Take(CampaignStep.Pause, "zhao", "wrong rate", "");

        var late = await campaign.Take(CampaignStep.Resume, "wang", "", seen);

        Assert.Equal((CampaignOutcome.Stale, CampaignState.Paused), (late.Outcome, late.Campaign!.State));
        Assert.Equal(CampaignOutcome.Made, (await campaign.Take(CampaignStep.Resume, "zhao", "", late.Campaign.Etag)).Outcome);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_ends_when_its_budget_is_used_up_and_no_run_follows()
    {
        foreach (var customer in Enumerable.Range(0, 12))
        {
            await grid.HappenAsync($"b{customer}", grid.Event("view"));
        }

        var campaign = await grid.StartAsync(new V1.Campaign
        {
            CampaignId = "budgeted", DisplayName = "Budgeted", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" },
            Recurring = new() { StartTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow), Interval = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromHours(1)) }, BudgetFen = 23, CostFen = 3,
        });

        var ended = await MemoryGrid.UntilAsync(campaign, static known => known.State == CampaignState.Finished);
        Assert.Equal((7, "its budget is used up", null), (ended.Runs[0].Counts.Contacted, ended.Note, ended.NextDueAtMs));
        await MemoryGrid.UntilAsync(campaign, static known => known.Leftover is null);
    }

    [Fact]
    public void Contacts_of_runs_that_are_kept_no_more_still_count()
    {
        var record = new CampaignRecord { Source = [], Definition = null!, State = CampaignState.Running, Author = "li" };
        for (var run = 1; run <= 45; run++)
        {
            record = record.With(RunOf(run), maxRuns: 20);
            Assert.Equal(run * (run - 1) / 2, record.ContactedBefore);
        }

        Assert.Equal(20, record.Runs.Length);

        // As it was kept before it counted the runs that had gone.
        Assert.Equal(26, (record with { ContactedEarlier = 0, Runs = [RunOf(14), RunOf(13), RunOf(13)] }).ContactedBefore);

        static CampaignRunRecord RunOf(int run) => new()
        {
            Number = run, DueAtMs = 0, StartedAtMs = 0, Counts = RunCounts.None.With(ContactResult.From(EvaluationOutcome.Contacted), run),
        };
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_run_left_is_removed_though_its_silo_died_and_a_campaign_that_cannot_be_woken_holds_up_nobody()
    {
        var list = grid.Grains.GetGrain<ICampaignListGrain>(ICampaignListGrain.Key);
        await grid.KeepAsync("campaign", "a-damaged", "what no campaign can read");
        await list.Note(new("a-damaged", CampaignState.Running, null, 1));
        var (definition, _) = CampaignCompiler.Compile(
            new V1.Campaign { CampaignId = "left", DisplayName = "Left", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" }, OneOff = new() }, grid.Catalog, 1);
        var run = new CampaignRunRecord { Number = 1, DueAtMs = 1, StartedAtMs = 1, FinishedAtMs = 2, HasParts = true };
        await grid.KeepAsync("campaign", "left", new CampaignStored
        {
            Campaign = new CampaignRecord { Source = [], Definition = definition!, State = CampaignState.Finished, Author = "li", Runs = [run] },
        });
        await grid.KeepAsync(
            "campaign-part", "left/1/5", new CampaignPartitionState { Progress = PartitionProgress.None with { Driver = 2 } });

        // As a silo wrote it that did not say whether anything is left.
        await list.Note(new("left", CampaignState.Finished, null, 1));

        await MemoryGrid.UntilAsync(grid.Grains.GetGrain<ICampaignGrain>("left"), static known => known.Leftover is null);
        Assert.Equal(0, await grid.Store.CountAsync("campaign-part"));
        while ((await list.All()).Single(static entry => entry.CampaignId == "left").HasLeftover is not false)
        {
            await Task.Yield();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancelled_run_counts_the_contacts_of_a_page_whose_silo_died_before_it_counted_them()
    {
        var list = grid.Grains.GetGrain<ICampaignListGrain>(ICampaignListGrain.Key);
        var (definition, _) = CampaignCompiler.Compile(
            new V1.Campaign { CampaignId = "cut", DisplayName = "Cut", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" }, OneOff = new() }, grid.Catalog, 1);
        foreach (var customer in new[] { "cut-1", "cut-2" })
        {
            Assert.Equal(
                EvaluationOutcome.Contacted,
                (await grid.Grains.GetGrain<ICustomerGrain>(customer).ContactForCampaign(definition!.Order, 1)).Outcome);
        }

        var counted = RunCounts.None.With(ContactResult.From(EvaluationOutcome.Contacted), 1);
        await grid.KeepAsync("campaign-part", "cut/1/5", new CampaignPartitionState { Progress = PartitionProgress.None with { Driver = 2, Counts = counted, Page = ["cut-1", "cut-2", "cut-3"] } });
        var run = new CampaignRunRecord { Number = 1, DueAtMs = 1, StartedAtMs = 1, FinishedAtMs = 2, HasParts = true, Counts = counted };
        await grid.KeepAsync("campaign", "cut", new CampaignStored
        {
            Campaign = new CampaignRecord { Source = [], Definition = definition!, State = CampaignState.Cancelled, Author = "li", Drivers = 2, Runs = [run] },
        });
        await list.Note(new("cut", CampaignState.Cancelled, null, 1));

        var closed = await MemoryGrid.UntilAsync(grid.Grains.GetGrain<ICampaignGrain>("cut"), static known => known.Leftover is null);
        Assert.Equal((3, 3), (closed.Runs[0].Counts.Contacted, closed.Runs[0].Counts.Matched));
        Assert.Equal(0, (await grid.Grains.GetGrain<ICustomerGrain>("cut-3").Find())?.State.Contacts.CountSince(CapScope.All, 0, 0) ?? 0);
    }

    [Fact]
    public async Task A_late_order_for_a_run_that_is_over_makes_no_part()
    {
        var order = CampaignCompiler.Compile(
            new V1.Campaign { CampaignId = "late", DisplayName = "Late", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" }, OneOff = new() }, grid.Catalog, 1).Definition!.Order;
        var part = grid.Grains.GetGrain<ICampaignPartitionGrain>("late/1/7");

        await part.Look(3);
        var report = await part.Work(new(order, 1, 7, new("true", 1), 3, 10));

        Assert.NotEqual("", report.Trouble);
        var kept = new Orleans.GrainState<CampaignPartitionState>();
        await grid.Store.ReadStateAsync("state", part.GetGrainId(), kept);
        Assert.False(kept.RecordExists);
    }

    private async Task<int> ContactsAsync(string customer) =>
        (await grid.Grains.GetGrain<ICustomerGrain>(customer).Find())!.State.Contacts.CountSince(CapScope.All, 0, 0);
}
