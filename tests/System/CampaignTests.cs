using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Npgsql;
using Zhice.SystemTests.Deliveries;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>
/// Campaigns from outside, on real silos; what was contacted is read from the delivered stream, not from our own counters.
/// </summary>
public sealed class CampaignTests
{
    [Fact, Trait("Category", "Quick")]
    public async Task A_campaign_is_written_by_one_approved_by_another_and_then_contacts_each_customer_once()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path, "--Zhice:DecisionLogSample=1");
        await AddCustomersAsync(silo, 120);

        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
            await SaveAsync(silo, new Campaign(Campaign()) { Audience = "tags.agee > 1" }));
        Assert.Contains("did you mean 'age'?", fault.Status.Detail, StringComparison.Ordinal);
        await SaveAsync(silo, Campaign());
        await FailsAsync("OWN_APPROVAL", () => ApproveAsync(silo, "li"));
        await FailsAsync("CAMPAIGN_STATE", () => ScheduleAsync(silo));
        await ApproveAsync(silo, "wang");
        await ScheduleAsync(silo);
        await ScheduleAsync(silo);
        await FailsAsync("CAMPAIGN_STATE", () => SaveAsync(silo, Campaign()));

        var status = await UntilAsync(silo, CampaignState.Finished);
        var run = Assert.Single(status.Runs);
        Assert.Equal((102, 102), (run.Expected, run.Matched));
        Assert.Equal(run.Matched, run.Contacted + run.Holdout + run.Blocked.Sum(static each => each.Customers) + run.Failed);
        Assert.InRange(run.Holdout, 1, 60);
        Assert.All(run.Blocked, static blocked => Assert.Equal(ReasonCode.Consent, blocked.Reason.Code));
        var delivered = await ChannelStream.TakeAsync(silo, (int)run.Contacted);
        Assert.Equal(run.Contacted, delivered.DistinctBy(static contact => contact.CustomerId).Count());
        Assert.Equal(run.Contacted, delivered.Count);

        // Each contact is a decision, in the log like any other: it can be made again.
        var (customer, decision) = (delivered[0].CustomerId, $"d{delivered[0].ContactId[1..33]}");
        Assert.True((await silo.Recommendations.ReplayDecisionAsync(new() { CustomerId = customer, DecisionId = decision })).Identical);

        var reached = (await silo.Audiences.CountAudienceAsync(new() { Audience = new() { Expression = "contacts.used('two_a_week') >= 1" } })).Customers;
        Assert.Equal(run.Contacted, reached);

        // A second campaign meets the caps of the first.
        Assert.Equal(100, (await RunAsync(silo, new Campaign(Campaign()) { CampaignId = "again", Holdout = 0 })).Contacted);
        var third = await RunAsync(silo, new Campaign(Campaign()) { CampaignId = "third", Holdout = 0 });
        Assert.Equal(run.Contacted, third.Blocked.Single(static blocked => blocked.Reason.RuleId == "two_a_week").Customers);
    }

    [Fact]
    public async Task What_is_approved_is_what_was_shown_and_nobody_approves_a_revision_of_their_own()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await AddCustomersAsync(silo, 120);
        await SaveAsync(silo, Campaign());
        await FailsAsync(
            "STALE_ETAG", async () => await silo.Campaigns.SaveCampaignAsync(new() { Campaign = Campaign(), Etag = "new" }, By.Wang));
        await silo.Campaigns.SaveCampaignAsync(new() { Campaign = new Campaign(Campaign()) { ContactsPerDay = 5_000 } }, By.Wang);

        var shown = await silo.Campaigns.GetCampaignAsync(new() { CampaignId = "summer", Review = true });
        Assert.Equal((102, 120, 5_000), (shown.Review.AudienceCustomers, shown.Review.AllCustomers, shown.Status.Campaign.ContactsPerDay));
        Assert.Equal("deposit", shown.Review.Action.ActionId);
        Assert.NotEmpty(shown.Review.Action.Treatments);
        Assert.Equal(Campaign().PlacementIds, shown.Review.Placements.Select(static placement => placement.PlacementId));
        Assert.Equal(["li", "wang"], shown.Review.Authors);
        await FailsAsync("OWN_APPROVAL", () => ApproveAsync(silo, "li"));
        await FailsAsync("OWN_APPROVAL", () => ApproveAsync(silo, "WANG"));

        // The text is another than the one that was shown; and once approved, another than the one that was approved.
        await ChangeTextAsync("A");
        await FailsAsync(
            "STALE_ETAG",
            async () =>
                await silo.Campaigns.ApproveCampaignAsync(new() { CampaignId = "summer", Etag = shown.Status.Etag }, By.Person("zhang")));
        await ApproveAsync(silo, "zhang");
        await ChangeTextAsync("B");
        Assert.True((await silo.Campaigns.GetCampaignAsync(new() { CampaignId = "summer", Review = true })).Review.ChangedSinceApproval);
        await FailsAsync("CAMPAIGN_STATE", () => ScheduleAsync(silo));
        await ApproveAsync(silo, "zhang");
        await ScheduleAsync(silo);

        async Task ChangeTextAsync(string title)
        {
            var catalog = TestBank.SmallCatalog.Create();
            catalog.Actions.Single(static action => action.ActionId == "deposit").Treatments[0].Content.Title = title;
            await silo.Catalog.ApplyCatalogAsync(new() { Catalog = catalog, RequestId = title });
        }
    }

    [Fact]
    public async Task An_edit_after_the_approval_voids_it_and_begins_the_authors_anew()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await SaveAsync(silo, Campaign());
        await ApproveAsync(silo, "wang");
        await silo.Campaigns.SaveCampaignAsync(new() { Campaign = Campaign() }, By.Wang);

        await FailsAsync("CAMPAIGN_STATE", () => ScheduleAsync(silo));
        await FailsAsync("OWN_APPROVAL", () => ApproveAsync(silo, "wang"));
        await ApproveAsync(silo, "li");
        await ScheduleAsync(silo);
    }

    [Fact]
    public async Task The_budget_holds_and_ends_the_run_and_a_cancelled_campaign_contacts_nobody_more()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await AddCustomersAsync(silo, 120);
        await SaveAsync(silo, new Campaign(Campaign()) { BudgetFen = 100, CostFen = 3, Holdout = 0 });
        await ApproveAsync(silo, "wang");
        await ScheduleAsync(silo);

        var status = await UntilAsync(silo, CampaignState.Finished);
        Assert.Equal((33, 99, "its budget is used up"), (status.Runs[0].Contacted, status.Runs[0].SpentFen, status.Note));
        Assert.Equal(33, (await DeliveredAsync(silo, 33)).Distinct().Count());

        var daily = new Campaign(Campaign()) { CampaignId = "daily", ContactsPerDay = 20, Holdout = 0 };
        await SaveAsync(silo, daily);
        await ApproveAsync(silo, "wang", "daily");
        await ScheduleAsync(silo, "daily");
        await ClusterProcesses.UntilAsync(
            async () =>
                (
                    await silo.Campaigns.GetCampaignAsync(
                        new() { CampaignId = "daily" })).Status.Runs is [{ WaitingFor: "the day's limit is reached", Contacted: 20 },
                    ..]);
        await silo.Campaigns.CancelCampaignAsync(new() { CampaignId = "daily", Comment = "enough" }, By.Wang);
        Assert.Equal(CampaignState.Cancelled, (await silo.Campaigns.GetCampaignAsync(new() { CampaignId = "daily" })).Status.State);
    }

    [Fact]
    public async Task A_campaign_that_is_cancelled_while_it_is_paused_leaves_nothing_in_the_store_and_nothing_to_deliver()
    {
        using var folder = new DataFolder();
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var silo = await SiloProcess.StartSmallAsync(
            folder.Path, "--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={database}");
        await AddCustomersAsync(silo, 120);
        await SaveAsync(silo, new Campaign(Campaign()) { Audience = "true", ContactsPerSecond = 10, Holdout = 0 });
        await ApproveAsync(silo, "wang");
        await ScheduleAsync(silo);
        await UntilAsync(silo, static status => status.Runs.Count > 0 && status.Runs[0].Contacted > 5);
        await silo.Campaigns.PauseCampaignAsync(new() { CampaignId = "summer" }, By.Wang);
        await UntilAsync(silo, CampaignState.Paused);
        Assert.NotEqual(0, await PartsAsync());

        await silo.Campaigns.CancelCampaignAsync(new() { CampaignId = "summer" }, By.Wang);
        await ClusterProcesses.UntilAsync(async () => await PartsAsync() == 0);
        var contacted = (await UntilAsync(silo, CampaignState.Cancelled)).Runs[0].Contacted;
        await UntilAsync(
            silo,
            status => status.Deliveries.Outcomes.Any(each => each.Outcome == DeliveryOutcome.VoidCampaign && each.Count == contacted));
        Assert.Empty((await UntilAsync(silo, CampaignState.Cancelled)).Deliveries.Waiting);
        Assert.Equal(
            0,
            (
                await silo.Audiences.CountAudienceAsync(
                    new() { Audience = new() { Expression = "contacts.used('two_a_week') >= 1" } })).Customers);

        async Task<long> PartsAsync()
        {
            await using var connection = new NpgsqlConnection(database);
            await connection.OpenAsync();
            await using var count = new NpgsqlCommand(
                "SELECT count(*) FROM zhice.grain_state WHERE grain_type = 'campaign-part'", connection);
            return (long)(await count.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task An_event_triggers_a_contact_in_its_own_commit()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await AddCustomersAsync(silo, 30);
        await SaveAsync(silo, new Campaign(Campaign()) { Trigger = new() { EventTypeId = "login" }, Holdout = 0 });
        await ApproveAsync(silo, "wang");
        await ScheduleAsync(silo);
        await UntilAsync(silo, CampaignState.Running);
        await Task.Delay(TimeSpan.FromSeconds(3));

        var customerEvent = new Event { EventId = "e1", CustomerId = "c25", EventTypeId = "login", EventTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow) };
        await silo.Events.RecordEventsAsync(new RecordEventsRequest { Events = { customerEvent } });
        await silo.Events.RecordEventsAsync(new RecordEventsRequest { Events = { customerEvent } });
        Assert.Equal(["c25"], await DeliveredAsync(silo, 1));
        Assert.Equal(1, (await UntilAsync(silo, static status => status.Runs[0].Contacted > 0)).Runs[0].Contacted);
    }

    [Fact]
    public async Task An_event_that_makes_a_waiting_contact_pointless_takes_it_away_and_gives_its_cap_back()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        var catalog = TestBank.SmallCatalog.Create();
        catalog.Actions.Single(static action => action.ActionId == "deposit").VoidedByEventTypeIds.Add("login");
        await silo.Catalog.ApplyCatalogAsync(new() { Catalog = catalog, RequestId = "void" });
        await AddCustomersAsync(silo, 30);
        Assert.Equal(10, (await RunAsync(silo, new Campaign(Campaign()) { Holdout = 0, Audience = "tags.age >= 20" })).Contacted);
        Assert.Equal(1, await UsedAsync(silo));

        await silo.Events.RecordEventsAsync(new RecordEventsRequest
        {
            Events = { new Event { EventId = "e1", CustomerId = "c25", EventTypeId = "login", EventTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow) } },
        });

        var delivered = await DeliveredAsync(silo, 9);
        Assert.Equal((9, false), (delivered.Count, delivered.Contains("c25")));
        await ClusterProcesses.UntilAsync(async () => await UsedAsync(silo) == 0);
        Assert.Equal(
            1,
            Assert.Single(
                (await silo.Deliveries.ListDeliveryCountsAsync(new())).Counts,
                static count => count.Outcome == DeliveryOutcome.Withdrawn).Count);

        static async Task<int> UsedAsync(SiloProcess silo) =>
            (
                await silo.Customers.GetCustomerAsync(new() { CustomerId = "c25" })).Customer.ContactCounters.Single(static each =>
                    each.CapId == "two_a_week").Used;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_in_mid_fan_out_a_campaign_finishes_by_itself_and_doubles_nobody(bool isOnPostgres)
    {
        const int Customers = 1_500;
        using var folder = new DataFolder();
        string[] settings = isOnPostgres
            ? ["--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={await (await PostgresServer.SharedAsync()).CreateDatabaseAsync()}"]
            : [];
        await using (var silo = await SiloProcess.StartSmallAsync(folder.Path, settings))
        {
            await AddCustomersAsync(silo, Customers);
            await SaveAsync(silo, new Campaign(Campaign()) { Audience = "true", ContactsPerSecond = 250, Holdout = 0 });
            await ApproveAsync(silo, "wang");
            await ScheduleAsync(silo);
            await UntilAsync(silo, static status => status.Runs.Count > 0 && status.Runs[0].Contacted > 200);
            await silo.KillAsync();
        }

        await using (var silo = await SiloProcess.StartAsync(folder.Path, ["--Zhice:Sample=false", .. settings]))
        {
            await UntilAsync(silo, static status => status.Runs[0].Contacted > 600);
            await silo.KillAsync();
        }

        await using var last = await SiloProcess.StartAsync(folder.Path, ["--Zhice:Sample=false", .. settings]);
        var run = (await UntilAsync(last, CampaignState.Finished)).Runs[0];
        var delivered = await DeliveredAsync(last, (int)run.Contacted);

        Assert.Equal((Customers, Customers - 2), (run.Matched, run.Contacted));
        Assert.Equal(Customers - 2, delivered.Count);
        Assert.Equal(Customers - 2, delivered.Distinct().Count());
    }

    [FactWith(FakeClock.Library, "faketime")]
    public async Task A_clock_that_is_set_back_in_mid_fan_out_does_not_hold_it_up()
    {
        using var folder = new DataFolder();
        using var clock = new FakeClock();
        await using var silo = await SiloProcess.StartByAsync(clock.RunBy, folder.Path, SiloProcess.FreePorts(4), "--Zhice:Sample=false");
        await silo.Catalog.ApplyCatalogAsync(new() { Catalog = TestBank.SmallCatalog.Create(), RequestId = "small" });
        await AddCustomersAsync(silo, 500);
        await SaveAsync(silo, new Campaign(Campaign()) { Audience = "true", ContactsPerSecond = 50, Holdout = 0 });
        await ApproveAsync(silo, "wang");
        await ScheduleAsync(silo);
        await UntilAsync(silo, static status => status.Runs.Count > 0 && status.Runs[0].Contacted > 100);
        clock.Set("-5s");

        Assert.Equal(498, (await UntilAsync(silo, CampaignState.Finished)).Runs[0].Contacted);
    }

    private static Campaign Campaign() => new()
    {
        CampaignId = "summer", DisplayName = "Summer", Audience = "tags.age >= 18", ActionId = "deposit", PlacementIds = { "sms_text" },
        Holdout = 0.2, OneOff = new(),
    };

    // Customer n is n years old, by turns; two refuse marketing by SMS.
    private static async Task AddCustomersAsync(SiloProcess silo, int customers)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, customers), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (n, cancellation) => await silo.Customers.UpdateTagsAsync(
            new UpdateTagsRequest { CustomerId = $"c{n}", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = n % 120 } } } }, cancellationToken: cancellation));
        foreach (var refused in new[] { "c50", "c51" })
        {
            await silo.Customers.UpdateConsentAsync(
                new UpdateConsentRequest { CustomerId = refused, ChannelId = "sms", Purpose = Purpose.Marketing, Granted = false });
        }
    }

    private static async Task SaveAsync(SiloProcess silo, Campaign campaign) =>
        await silo.Campaigns.SaveCampaignAsync(new() { Campaign = campaign }, By.Li);

    private static async Task ApproveAsync(SiloProcess silo, string approver, string id = "summer")
    {
        var etag = (await silo.Campaigns.GetCampaignAsync(new() { CampaignId = id })).Status.Etag;
        await silo.Campaigns.ApproveCampaignAsync(new() { CampaignId = id, Etag = etag }, By.Person(approver));
    }

    private static async Task ScheduleAsync(SiloProcess silo, string id = "summer") =>
        await silo.Campaigns.ScheduleCampaignAsync(new() { CampaignId = id }, By.Wang);

    private static async Task<CampaignRun> RunAsync(SiloProcess silo, Campaign campaign)
    {
        await SaveAsync(silo, campaign);
        await ApproveAsync(silo, "wang", campaign.CampaignId);
        await ScheduleAsync(silo, campaign.CampaignId);
        return (await UntilAsync(silo, static status => status.State == CampaignState.Finished, campaign.CampaignId)).Runs[0];
    }

    private static Task<CampaignStatus> UntilAsync(SiloProcess silo, CampaignState state) =>
        UntilAsync(silo, status => status.State == state);

    private static async Task<CampaignStatus> UntilAsync(SiloProcess silo, Func<CampaignStatus, bool> condition, string id = "summer")
    {
        var status = new CampaignStatus();
        try
        {
            await ClusterProcesses.UntilAsync(
                async () =>
                {
                    status = (await silo.Campaigns.GetCampaignAsync(new() { CampaignId = id })).Status;
                    return condition(status);
                },
                TimeSpan.FromMinutes(10));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"The campaign stays at {status}\n{silo.Log}", late);
        }

        return status;
    }

    private static async Task FailsAsync(string reason, Func<Task> call)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(reason, fault.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
    }

    private static async Task<List<string>> DeliveredAsync(SiloProcess silo, int expected) =>
        [.. (
            await ChannelStream.TakeAsync(silo, expected, TimeSpan.FromSeconds(60 + (expected / 200)))).Select(static contact =>
                contact.CustomerId)];
}
