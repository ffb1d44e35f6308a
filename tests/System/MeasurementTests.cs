using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Npgsql;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>
/// Reports from outside, on a real silo and database; what they say is compared with the rows, and with what a channel got.
/// </summary>
public sealed class MeasurementTests(ITestOutputHelper output)
{
    private const int Customers = 1_000;

    // All in one snapshot, by rows and by totals.
    private const string Ties =
        """
        SELECT
            (SELECT count(*) FILTER (WHERE kind IN (1, 2)) - count(*) FILTER (WHERE kind IN (3, 4)) FROM zhice.fact) - (SELECT count(*) FROM zhice.outbox),
            (SELECT sum(CASE WHEN kind IN (1, 2) THEN count WHEN kind IN (3, 4) THEN -count ELSE 0 END)::bigint FROM zhice.fact_count) - (SELECT count(*) FROM zhice.outbox),
            (SELECT count(*) FROM zhice.fact WHERE kind <> 14) - (SELECT sum(count)::bigint FROM zhice.fact_count WHERE kind <> 14),
            (SELECT count(*) FROM zhice.fact WHERE kind IN (1, 12)) - (SELECT count(*) FROM zhice.contact_ledger),
            (SELECT coalesce(sum(code) FILTER (WHERE kind = 20), 0) - count(*) FILTER (WHERE kind IN (21, 22)) FROM zhice.fact),
            (SELECT sum(CASE WHEN kind = 20 THEN count * code WHEN kind IN (21, 22) THEN -count ELSE 0 END)::bigint FROM zhice.fact_count)
        """;

    [Fact]
    public async Task Totals_tie_out_at_every_moment_of_a_campaign_with_kills_and_its_lift_is_measured()
    {
        using var folder = new DataFolder();
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        string[] settings =
            ["--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={database}", "--Zhice:FactSample=1", "--Zhice:BehaviorSample=1"];
        var delivered = new ConcurrentDictionary<string, bool>();
        Task<int> looks;
        using var ended = new CancellationTokenSource();
        await using (var silo = await SiloProcess.StartSmallAsync(folder.Path, settings))
        {
            await PrepareAsync(silo);
            looks = Task.Run(() => LookAsync(database, ended.Token));
            await UntilKilledAsync(silo, 150, delivered);
        }

        await using (var silo = await SiloProcess.StartAsync(folder.Path, ["--Zhice:Sample=false", .. settings]))
        {
            await UntilKilledAsync(silo, 450, delivered);
        }

        await using var last = await SiloProcess.StartAsync(folder.Path, ["--Zhice:Sample=false", .. settings]);
        var measurement = new MeasurementService.MeasurementServiceClient(last.Channel);
        using (var stream = new CancellationTokenSource())
        {
            var taking = TakeAsync(last, delivered, stream.Token);
            await ClusterProcesses.UntilAsync(
                async () => (await last.Campaigns.GetCampaignAsync(new() { CampaignId = "summer" })).Status.State == CampaignState.Finished
                    && (await ReportAsync(measurement)).Lines[0] is { Waiting: 0, Contacted: > 0 },
                TimeSpan.FromMinutes(3));
            await stream.CancelAsync();
            await taking;
        }

        var report = await ReportAsync(measurement);
        var line = Assert.Single(report.Lines);
        Assert.Equal(delivered.Count, line.HandedOver);
        Assert.Equal(line.Contacted, line.HandedOver + line.Voids.Sum(static each => each.Count));
        Assert.Equal(Customers - 2, line.Contacted + line.HeldOut);
        Assert.Equal((Customers, line.Contacted, line.HeldOut), (report.Runs.Matched, report.Runs.Contacted, report.Runs.HeldOut));
        Assert.Equal((ReasonCode.Consent, 2L), report.Runs.Blocked.Select(static each => (each.Reason, each.Count)).Single());
        Assert.InRange(line.HeldOut, 150, 250);
        var decided = Assert.Single((await measurement.GetReportAsync(new())).Lines);
        Assert.True(decided is { SampledDecisions: > 0, SampledOffers: > 0 });
        Assert.True(decided.SampledOffers + decided.SampledBlocked.Sum(static each => each.Count) >= decided.SampledDecisions);

        var came = await MeasureAsync(last, measurement, line);
        await ended.CancelAsync();
        var looked = await looks;
        await EraseAsync(last, measurement, came);
        output.WriteLine($"{looked} looks; {line.Contacted} contacted, {line.HeldOut} held out, {delivered.Count} delivered");
    }

    private static async Task PrepareAsync(SiloProcess silo)
    {
        var catalog = TestBank.SmallCatalog.Create();
        catalog.Outcomes.Add(
            new Outcome { OutcomeId = "came_back", EventTypeId = "login", AmountProperty = "amount", ActionIds = { "deposit" } });
        await silo.Catalog.ApplyCatalogAsync(new() { Catalog = catalog, RequestId = "outcomes" });
        await Parallel.ForEachAsync(Enumerable.Range(0, Customers), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (n, cancellation) => await silo.Customers.UpdateTagsAsync(
            new UpdateTagsRequest { CustomerId = $"c{n}", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 40 } } } }, cancellationToken: cancellation));
        foreach (var refused in new[] { "c50", "c51" })
        {
            await silo.Customers.UpdateConsentAsync(
                new UpdateConsentRequest { CustomerId = refused, ChannelId = "sms", Purpose = Purpose.Marketing, Granted = false });
        }

        var campaign = new Campaign
        {
            CampaignId = "summer", DisplayName = "Summer", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" },
            Holdout = 0.2, ContactsPerSecond = 200, OneOff = new(),
        };
        await silo.Campaigns.SaveCampaignAsync(new() { Campaign = campaign }, By.Li);
        var etag = (await silo.Campaigns.GetCampaignAsync(new() { CampaignId = "summer" })).Status.Etag;
        await silo.Campaigns.ApproveCampaignAsync(new() { CampaignId = "summer", Etag = etag }, By.Wang);
        await silo.Campaigns.ScheduleCampaignAsync(new() { CampaignId = "summer" }, By.Wang);
    }

    // A channel takes contacts meanwhile, so that the kill meets acknowledgements too.
    private static async Task UntilKilledAsync(SiloProcess silo, long contacted, ConcurrentDictionary<string, bool> delivered)
    {
        var measurement = new MeasurementService.MeasurementServiceClient(silo.Channel);
        var (taking, deciding) = (TakeAsync(silo, delivered, CancellationToken.None), DecideAsync(silo));
        await ClusterProcesses.UntilAsync(
            async () => (await ReportAsync(measurement)).Lines[0].Contacted >= contacted, TimeSpan.FromMinutes(2));
        await silo.KillAsync();
        await Task.WhenAll(taking, deciding);
    }

    // Decisions in a placement that counts at the impression, until the silo is killed: the kill meets their facts too.
    private static async Task DecideAsync(SiloProcess silo)
    {
        try
        {
            for (var n = 0; ; n = (n + 1) % Customers)
            {
                await silo.Recommendations.RecommendAsync(new() { CustomerId = $"c{n}", PlacementId = "app_home" });
            }
        }
        catch (RpcException)
        {
            // It was.
        }
    }

    private static async Task TakeAsync(SiloProcess silo, ConcurrentDictionary<string, bool> delivered, CancellationToken stop)
    {
        using var stream = silo.Deliveries.Subscribe(cancellationToken: stop);
        try
        {
            await stream.RequestStream.WriteAsync(new() { Start = new() { ChannelId = "sms", Consumer = "test", Credits = 200 } }, stop);
            while (await stream.ResponseStream.MoveNext(stop))
            {
                var contacts = stream.ResponseStream.Current.Contacts?.Contacts ?? [];
                if (contacts.Count > 0)
                {
                    contacts.ToList().ForEach(leased => delivered[leased.Contact.ContactId] = true);
                    await stream.RequestStream.WriteAsync(
                        new() { Settlements = new() { Settlements = { contacts.Select(static leased => new Settlement { ContactId = leased.Contact.ContactId, LeaseId = leased.LeaseId }) } } }, stop);
                    await stream.RequestStream.WriteAsync(new() { Credits = new() { Credits = contacts.Count } }, stop);
                }
            }
        }
        catch (Exception fault) when (fault is RpcException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // The silo was killed, or the test is over.
        }
    }

    private static async Task<int> LookAsync(string database, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(CancellationToken.None);
        for (var looks = 0; ; looks++)
        {
            if (stop.IsCancellationRequested)
            {
                return looks;
            }

            await using var command = new NpgsqlCommand(Ties, connection);
            await using var rows = await command.ExecuteReaderAsync(CancellationToken.None);
            Assert.True(await rows.ReadAsync(CancellationToken.None));
            for (var column = 0; column < rows.FieldCount; column++)
            {
                Assert.Equal((column, 0L), (column, rows.IsDBNull(column) ? 0 : rows.GetInt64(column)));
            }
        }
    }

    // A customer who had the outcome leaves: the amounts stay, without them.
    private static async Task EraseAsync(SiloProcess silo, MeasurementService.MeasurementServiceClient measurement, string customerId)
    {
        var request = new GetLiftRequest { CampaignId = "summer", OutcomeId = "came_back" };
        var before = Assert.Single((await measurement.GetLiftAsync(request)).Lines);
        await silo.Customers.EraseCustomerAsync(new() { CustomerId = customerId, Reason = "asked", RequestId = "erase-1" });
        var after = Assert.Single((await measurement.GetLiftAsync(request)).Lines);
        Assert.Equal((before.Converted, before.HeldOutConverted, 1L), (after.Converted, after.HeldOutConverted, after.WithoutAmount));
        Assert.InRange(after.AmountFen.Value, 2_000, 3_000);
    }

    // Every second of those contacted comes back, and every fourth of those held out. Gives one of them.
    private static async Task<string> MeasureAsync(SiloProcess silo, MeasurementService.MeasurementServiceClient measurement, ReportLine line)
    {
        var evaluations = new List<CampaignEvaluation>();
        for (var token = ""; ;)
        {
            var page = await silo.Campaigns.ListCampaignEvaluationsAsync(
                new() { CampaignId = "summer", PageSize = 1_000, PageToken = token });
            evaluations.AddRange(page.Evaluations);
            if ((token = page.NextPageToken).Length == 0)
            {
                break;
            }
        }

        Event[] came =
        [
            .. evaluations.Where(static each => each.Outcome is EvaluationOutcome.Contacted or EvaluationOutcome.Holdout)
                .GroupBy(static each => each.Outcome)
                .SelectMany(static group =>
                    group.OrderBy(static each => each.CustomerId, StringComparer.Ordinal)
                        .Index()
                        .Where(each => each.Index % (group.Key == EvaluationOutcome.Contacted ? 2 : 4) == 0))
                .Select(static each => new Event
                {
                    EventId = $"came-{each.Item.CustomerId}", CustomerId = each.Item.CustomerId, EventTypeId = "login",
                    EventTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow),
                    Properties = { ["amount"] = new Value { IntegerValue = 100 } },
                }),
        ];
        foreach (var batch in came.Chunk(500).Concat(came.Chunk(500)))
        {
            await silo.Events.RecordEventsAsync(new RecordEventsRequest { Events = { batch } });
        }

        var lift = await measurement.GetLiftAsync(new() { CampaignId = "summer", OutcomeId = "came_back", Days = 90 });
        Assert.False(lift.SampleRatio.IsAlarm);
        var all = Assert.Single(lift.Lines);
        Assert.Equal(
            (line.Contacted, (line.Contacted + 1) / 2, line.HeldOut, (line.HeldOut + 3) / 4),
            (all.Contacted, all.Converted, all.HeldOut, all.HeldOutConverted));
        Assert.InRange(all.Absolute.Value, 0.2, 0.3);
        Assert.True(all is { Absolute.IsClear: true, Watched.IsClear: true, AmountFen.IsClear: true });
        Assert.InRange(all.AmountFen.Value, 2_000, 3_000);

        // All have the same amount, so the largest ones are no others; there are no tiers.
        Assert.Equal(all.AmountFen.Value, all.AmountWinsorisedFen.Value, 6);
        Assert.InRange(all.AmountBootstrapFen.Low, all.AmountFen.Low - 100, all.AmountFen.Low + 100);
        Assert.Equal(["stratified: There are no tiers to compare within."], all.Unset.Take(1));
        var latest = Assert.Single(lift.Courses).Days[^1];
        Assert.Equal(
            (all.Contacted, all.Converted, all.HeldOut, all.HeldOutConverted, all.Watched),
            (latest.Contacted, latest.Converted, latest.HeldOut, latest.HeldOutConverted, latest.Watched));
        Assert.Equal((0.01, 0.8, line.HeldOut), (lift.Need.SmallestDifference, lift.Need.Power, lift.Need.HeldOut));
        Assert.True(lift.Need.HasNeeded && lift.Need.HasDaysLeft, lift.Need.Refusal);
        var arms = await measurement.GetLiftAsync(new() { CampaignId = "summer", OutcomeId = "came_back", By = { ReportDimension.Arm } });
        Assert.Equal("There are fewer than two arms with customers who were contacted.", arms.Winner.Refusal);

        var byArm = await measurement.GetReportAsync(
            new() { CampaignId = "summer", By = { ReportDimension.Channel, ReportDimension.Day } });
        Assert.All(byArm.Lines, static each => Assert.Equal("sms", each.Keys[0]));
        Assert.Equal(all.Converted * 10_000, byArm.Lines.Sum(static each => each.Outcomes.Sum(static outcome => outcome.BookedFen)));

        var wrong = await Assert.ThrowsAsync<RpcException>(async () => await measurement.GetReportAsync(new() { FromDate = "30.11.2026" }));
        Assert.Equal(StatusCode.InvalidArgument, wrong.StatusCode);
        Assert.Equal(
            StatusCode.NotFound,
            (
                await Assert.ThrowsAsync<RpcException>(
                    async () => await measurement.GetReportAsync(new() { CampaignId = "nobody" }))).StatusCode);
        var journey = await Assert.ThrowsAsync<RpcException>(async () => await measurement.GetReportAsync(new() { JourneyId = "nope" }));
        Assert.Equal((StatusCode.NotFound, "There is no journey 'nope'."), (journey.StatusCode, journey.Status.Detail));
        Assert.Contains(
            "came_back",
            (
                await Assert.ThrowsAsync<RpcException>(
                    async () => await measurement.GetLiftAsync(new() { CampaignId = "summer", OutcomeId = "came_bak" }))).Status.Detail,
            StringComparison.Ordinal);

        using (var today = measurement.StreamFacts(new() { RecordedOn = $"{DateTime.UtcNow:yyyy-MM-dd}" }))
        {
            var early = await Assert.ThrowsAsync<RpcException>(() => today.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Contains("recorded_on is not over", early.Status.Detail, StringComparison.Ordinal);
        }

        var pressure = await measurement.GetPressureAsync(new());
        var cap = Assert.Single(pressure.Caps);
        Assert.Equal(("two_a_week", 2, Customers), (cap.CapId, cap.Limit, pressure.Customers));
        Assert.Equal([(1, line.HandedOver), (2, 0L)], cap.Used.Select(static used => (used.AtLeast, used.Customers)));
        Assert.Equal(("sms", line.Contacted, 0L), Assert.Single(pressure.Channels.Select(static each => (each.ChannelId, each.Contacted, each.Complained))));
        Assert.Contains(
            "is before from_date",
            (await Assert.ThrowsAsync<RpcException>(async () => await measurement.GetPressureAsync(new() { FromDate = "2026-11-30", ToDate = "2026-11-29" })))
                .Status.Detail,
            StringComparison.Ordinal);

        using var http = new HttpClient { BaseAddress = new(silo.HttpAddress) };
        var json = await http.GetFromJsonAsync<JsonElement>("/v1/campaigns/summer/lift?outcome_id=came_back");
        Assert.Equal($"{all.Contacted}", json.GetProperty("lines")[0].GetProperty("contacted").GetString());
        return came[0].CustomerId;
    }

    private static async Task<GetReportResponse> ReportAsync(MeasurementService.MeasurementServiceClient measurement) =>
        await measurement.GetReportAsync(new() { CampaignId = "summer" });
}
