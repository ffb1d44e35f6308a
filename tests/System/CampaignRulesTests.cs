using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Npgsql;
using Zhice.SystemTests.Deliveries;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>
/// What campaigns wait for, whom they hold out, what they say of each customer, and what they refuse; from outside, on real silos.
/// </summary>
public sealed class CampaignRulesTests
{
    [Fact]
    public async Task A_campaign_that_begins_in_quiet_hours_waits_and_contacts_everyone_when_they_are_over()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await ApplyAsync(silo, isQuiet: true);
        await AddCustomersAsync(silo, 40);
        await StartAsync(silo, Campaign());

        var waiting = await UntilAsync(silo, static status => status.Runs.Count > 0 && status.Runs[0].WaitingFor.Length > 0);
        Assert.Contains("quiet hours", waiting.Runs[0].WaitingFor, StringComparison.Ordinal);
        Assert.Equal((0, 0), (waiting.Runs[0].Contacted, waiting.Runs[0].Blocked.Count));
        Assert.Equal(38, (await RehearseAsync(silo, Campaign())).Contacted);

        await ApplyAsync(silo, isQuiet: false);
        var run = (await UntilAsync(silo, static status => status.State == CampaignState.Finished)).Runs[0];
        Assert.Equal((38, 2), (run.Contacted, run.Blocked.Sum(static each => each.Customers)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_each_customer_of_a_run_it_can_be_asked_what_became_of_it_and_why(bool isOnPostgres)
    {
        using var folder = new DataFolder();
        string[] settings = isOnPostgres
            ? ["--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={await (await PostgresServer.SharedAsync()).CreateDatabaseAsync()}"]
            : [];
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path, settings);
        await AddCustomersAsync(silo, 120);
        await StartAsync(silo, new Campaign(Campaign()) { Audience = "tags.age >= 18", Holdout = 0.3 });
        var run = (await UntilAsync(silo, static status => status.State == CampaignState.Finished)).Runs[0];

        var all = await ListAsync(silo, new());
        Assert.Equal((102, 102), (all.Count, all.DistinctBy(static each => each.CustomerId).Count()));
        Assert.Equal(
            ["c50", "c51"],
            (await ListAsync(silo, new() { Reason = ReasonCode.Consent }))
                .Select(static each => each.CustomerId)
                .Order(StringComparer.Ordinal));
        var held = await ListAsync(silo, new() { Outcome = EvaluationOutcome.Holdout, PageSize = 7 });
        Assert.Equal(run.Holdout, held.Count);
        Assert.Equal([("sms_text", run.Holdout)], run.HeldOut.Select(static each => (each.PlacementId, each.Customers)));
        Assert.All(held, static each => Assert.Equal("sms_text", each.PlacementId));

        // None of those who refused is in the holdout: they could never have been contacted.
        Assert.Equal((EvaluationOutcome.Blocked, ReasonCode.Consent), await WhyAsync(silo, "c50"));
        Assert.Equal((EvaluationOutcome.Holdout, ReasonCode.Unspecified), await WhyAsync(silo, held[0].CustomerId));
        Assert.Null((await silo.Campaigns.GetCampaignEvaluationAsync(new() { CampaignId = "summer", CustomerId = "c3" })).Evaluation);
        await FailsAsync(
            "CAMPAIGN_NOT_FOUND",
            async () => await silo.Campaigns.GetCampaignEvaluationAsync(new() { CampaignId = "winter", CustomerId = "c3" }));
    }

    [Fact]
    public async Task A_trigger_contacts_once_for_the_events_of_a_call_and_nobody_for_an_old_event()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await AddCustomersAsync(silo, 30);
        await StartTriggerAsync(silo, new() { EventTypeId = "login" });

        await HappenAsync(silo, "c20", TimeSpan.Zero, events: 3);
        await HappenAsync(silo, "c21", TimeSpan.FromDays(6), events: 1);

        var run = (await UntilAsync(silo, static status => status.Runs[0].Matched >= 2)).Runs[0];
        Assert.Equal((1, 1, 2), (run.Contacted, run.TooOld, run.Matched));
        await ClusterProcesses.UntilAsync(
            async () => (await WhyAsync(silo, "c21")).Outcome == EvaluationOutcome.TooOld);
        Assert.Equal(EvaluationOutcome.Contacted, (await WhyAsync(silo, "c20")).Outcome);
        Assert.Equal(["c20"], (await ChannelStream.TakeAsync(silo, 1)).Select(static contact => contact.CustomerId));
    }

    [Fact]
    public async Task A_trigger_that_says_so_contacts_for_each_event_and_for_events_as_old_as_it_says()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await AddCustomersAsync(silo, 30);
        await StartTriggerAsync(
            silo, new() { EventTypeId = "login", ForEachEvent = true, MaxEventAge = Duration.FromTimeSpan(TimeSpan.FromDays(7)) });

        await HappenAsync(silo, "c20", TimeSpan.FromDays(6), events: 2);

        Assert.Equal(2, (await UntilAsync(silo, static status => status.Runs[0].Matched >= 2)).Runs[0].Contacted);
    }

    [Fact]
    public async Task What_is_triggered_in_quiet_hours_waits_in_the_outbox_until_they_are_over()
    {
        using var folder = new DataFolder();
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var silo = await SiloProcess.StartSmallAsync(
            folder.Path, "--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={database}");
        var endsAt = await ApplyAsync(silo, isQuiet: true);
        await AddCustomersAsync(silo, 30);
        await StartTriggerAsync(silo, new() { EventTypeId = "login" });

        await HappenAsync(silo, "c20", TimeSpan.Zero, events: 1);

        Assert.Equal(1, (await UntilAsync(silo, static status => status.Runs[0].Matched >= 1)).Runs[0].Contacted);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var select = new NpgsqlCommand("SELECT available_at, expires_at - available_at FROM zhice.outbox", connection);
        await using var row = await select.ExecuteReaderAsync();
        Assert.True(await row.ReadAsync());
        Assert.Equal(endsAt, row.GetDateTime(0));
        Assert.Equal(TimeSpan.FromDays(1), row.GetTimeSpan(1));
        Assert.Equal(
            1,
            (
                await silo.Customers.GetCustomerAsync(new() { CustomerId = "c20" })).Customer.ContactCounters.Single(static each =>
                    each.CapId == "two_a_week").Used);
    }

    [Fact]
    public async Task A_rehearsal_asks_the_saved_audience_and_what_cannot_be_is_refused_when_it_is_saved()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await AddCustomersAsync(silo, 40);
        using (var upload = silo.Audiences.UploadAudience())
        {
            await upload.RequestStream.WriteAsync(
                new() { Audience = new() { AudienceId = "invited", DisplayName = "Invited" }, CustomerIds = { "c3", "c4", "nobody" } });
            await upload.RequestStream.CompleteAsync();
            await upload;
        }

        var listed = new Campaign(Campaign()) { Audience = "", AudienceId = "invited" };
        var run = await RehearseAsync(silo, listed);
        Assert.Equal((2, 2), (run.Matched, run.Contacted));
        Assert.Equal((1, 1), await CountsAsync(new Campaign(listed) { Audience = "tags.age >= 4" }));

        var missing = new Campaign(listed) { AudienceId = "missing" };
        await FailsAsync("AUDIENCE_NOT_FOUND", () => RehearseAsync(silo, missing));
        await FailsAsync("AUDIENCE_NOT_FOUND", () => SaveAsync(silo, missing));
        var past = new Campaign(Campaign()) { EndTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(-1)) };
        var fault = (await Assert.ThrowsAsync<RpcException>(() => SaveAsync(silo, past)))
            .GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Single();
        Assert.Equal(("campaign.end_time", "OUT_OF_RANGE"), (fault.Field, fault.Reason));
        var begun = new Campaign(listed) { OneOff = new() { StartTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(-28)) } };
        await FailsAsync("INVALID_FIELDS", () => SaveAsync(silo, begun));
        Assert.Equal(2, (await RehearseAsync(silo, begun)).Contacted);
        Assert.Equal(
            ["Its audience holds for no customer now."],
            (await SaveAsync(silo, new Campaign(Campaign()) { Audience = "tags.age > 500" })).Warnings);
        Assert.Empty((await SaveAsync(silo, Campaign())).Warnings);

        async Task<(long, long)> CountsAsync(Campaign campaign)
        {
            var counts = await RehearseAsync(silo, campaign);
            return (counts.Matched, counts.Contacted);
        }
    }

    [Fact]
    public async Task A_limit_of_contacts_a_second_holds_in_every_second()
    {
        const int Limit = 30;
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await AddCustomersAsync(silo, 122);
        await StartAsync(silo, new Campaign(Campaign()) { ContactsPerSecond = Limit });
        Assert.Equal(120, (await UntilAsync(silo, static status => status.State == CampaignState.Finished)).Runs[0].Contacted);

        var times = (await ChannelStream.TakeAsync(silo, 120)).Select(static contact => contact.CreateTime.ToDateTime()).Order().ToList();
        for (var i = 0; i + Limit < times.Count; i++)
        {
            Assert.True(times[i + Limit] - times[i] >= TimeSpan.FromSeconds(1), $"{Limit + 1} contacts in {times[i + Limit] - times[i]}");
        }
    }

    private static Campaign Campaign() => new()
    {
        CampaignId = "summer", DisplayName = "Summer", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" },
        OneOff = new(),
    };

    // SMS is quiet from an hour ago to an hour ahead, or not at all. The end is given.
    private static async Task<DateTime> ApplyAsync(SiloProcess silo, bool isQuiet)
    {
        var now = DateTime.UtcNow;
        var end = new DateTime(now.Year, now.Month, now.Day, now.Hour, now.Minute, 0, DateTimeKind.Utc).AddHours(1);
        var catalog = TestBank.SmallCatalog.Create();
        catalog.Channels.Single(static channel => channel.ChannelId == "sms").QuietHours = isQuiet
            ? new() { From = Wall(end.AddHours(-2)), Until = Wall(end) }
            : null;
        await silo.Catalog.ApplyCatalogAsync(new() { Catalog = catalog, RequestId = $"quiet {isQuiet}" });
        return end;

        static string Wall(DateTime utc) => utc.AddHours(8).ToString("HH:mm", CultureInfo.InvariantCulture);
    }

    // Customer n is n years old; two refuse marketing by SMS.
    private static async Task AddCustomersAsync(SiloProcess silo, int customers)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, customers), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (n, cancellation) => await silo.Customers.UpdateTagsAsync(
            new UpdateTagsRequest { CustomerId = $"c{n}", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = n } } } }, cancellationToken: cancellation));
        foreach (var refused in customers > 100 ? new[] { "c50", "c51" } : ["c5", "c7"])
        {
            await silo.Customers.UpdateConsentAsync(
                new UpdateConsentRequest { CustomerId = refused, ChannelId = "sms", Purpose = Purpose.Marketing, Granted = false });
        }
    }

    private static async Task<SaveCampaignResponse> SaveAsync(SiloProcess silo, Campaign campaign) =>
        await silo.Campaigns.SaveCampaignAsync(new() { Campaign = campaign }, By.Li);

    private static async Task StartAsync(SiloProcess silo, Campaign campaign)
    {
        var etag = (await SaveAsync(silo, campaign)).Status.Etag;
        await silo.Campaigns.ApproveCampaignAsync(new() { CampaignId = campaign.CampaignId, Etag = etag }, By.Wang);
        await silo.Campaigns.ScheduleCampaignAsync(new() { CampaignId = campaign.CampaignId }, By.Wang);
    }

    // Its silo knows of it within a second.
    private static async Task StartTriggerAsync(SiloProcess silo, TriggerSchedule trigger)
    {
        await StartAsync(silo, new Campaign(Campaign()) { Trigger = trigger });
        await UntilAsync(silo, static status => status.State == CampaignState.Running);
        await Task.Delay(TimeSpan.FromSeconds(3));
    }

    private static async Task HappenAsync(SiloProcess silo, string customerId, TimeSpan ago, int events)
    {
        var at = DateTimeOffset.UtcNow - ago;
        await silo.Events.RecordEventsAsync(new RecordEventsRequest
        {
            Events = { Enumerable.Range(0, events).Select(n => new Event { EventId = $"{customerId} {n}", CustomerId = customerId, EventTypeId = "login", EventTime = Timestamp.FromDateTimeOffset(at) }) },
        });
    }

    private static async Task<CampaignRun> RehearseAsync(SiloProcess silo, Campaign campaign)
    {
        using var call = silo.Campaigns.RehearseCampaign(new() { Campaign = campaign });
        var run = new CampaignRun();
        await foreach (var news in call.ResponseStream.ReadAllAsync())
        {
            run = news.Run;
        }

        Assert.Equal(run.Matched, run.Contacted + run.Holdout + run.Blocked.Sum(static each => each.Customers) + run.Failed);
        return run;
    }

    private static async Task<List<CampaignEvaluation>> ListAsync(SiloProcess silo, ListCampaignEvaluationsRequest request)
    {
        var found = new List<CampaignEvaluation>();
        do
        {
            request.CampaignId = "summer";
            var page = await silo.Campaigns.ListCampaignEvaluationsAsync(request);
            found.AddRange(page.Evaluations);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return found;
    }

    private static async Task<(EvaluationOutcome Outcome, ReasonCode Reason)> WhyAsync(SiloProcess silo, string customerId)
    {
        var evaluation =
            (await silo.Campaigns.GetCampaignEvaluationAsync(new() { CampaignId = "summer", CustomerId = customerId })).Evaluation;
        return (evaluation?.Outcome ?? EvaluationOutcome.Unspecified, evaluation?.Reason?.Code ?? ReasonCode.Unspecified);
    }

    private static async Task<CampaignStatus> UntilAsync(SiloProcess silo, Func<CampaignStatus, bool> condition)
    {
        var status = new CampaignStatus();
        await ClusterProcesses.UntilAsync(
            async () =>
                condition(status = (await silo.Campaigns.GetCampaignAsync(new() { CampaignId = "summer" })).Status),
                TimeSpan.FromMinutes(3));
        return status;
    }

    private static async Task FailsAsync(string reason, Func<Task> call)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(reason, fault.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
    }
}
