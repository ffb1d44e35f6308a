using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.SystemTests.Deliveries;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>Journeys from outside, on real silos: moves, waits, contacts, reports, an operator's hand, kills.</summary>
public sealed class JourneyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_customer_goes_through_a_journey_and_the_report_says_how_many_did(bool isOnPostgres)
    {
        using var folder = new DataFolder();
        string[] settings = isOnPostgres
            ? ["--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={await (await PostgresServer.SharedAsync()).CreateDatabaseAsync()}"]
            : [];
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path, settings);
        await ApplyAsync(silo, Loan(TimeSpan.FromSeconds(12)));
        for (var n = 0; n < 20; n++)
        {
            await SetAgeAsync(silo, $"c{n}", 30);
            await HappensAsync(silo, $"c{n}", "visit");
        }

        Assert.Equal("visited", Assert.Single((await JourneysOfAsync(silo, "c3")).Places).StageId);
        for (var n = 0; n < 5; n++)
        {
            await HappensAsync(silo, $"c{n}", "apply");
        }

        // The others wait twelve seconds, and are written to once.
        await UntilAsync(async () => Stage(await ReportAsync(silo), "reminded").InNow == 15);
        Assert.Equal(
            15,
            (
                await silo.Audiences.CountAudienceAsync(
                    new() { Audience = new() { Expression = "journey(\"loan\").stage == \"reminded\"" } })).Customers);
        Assert.Equal(15, (await DeliveredAsync(silo, 15)).Distinct().Count());
        var report = await ReportAsync(silo);
        Assert.Equal((20, 15, 5), (report.Entered, report.InNow, report.Converted));
        var ways = Stage(report, "visited").Transitions;
        Assert.Equal(
            [(TransitionCause.Time, "", "reminded", 15L), (TransitionCause.Event, "apply", "applied", 5L)],
            ways.Select(static way => (way.Cause, way.EventTypeId, way.ToStageId, way.Customers)));
        Assert.InRange(ways[0].MedianStay.ToTimeSpan().TotalSeconds, 5, 60);

        var moves = (await JourneysOfAsync(silo, "c7")).Moves;
        Assert.Equal(
            ["visited>reminded Time", ">visited Entered"],
            moves.Select(static move => $"{move.FromStageId}>{move.ToStageId} {move.Cause}"));
        Assert.Equal(0, (await silo.Journeys.GetJourneyReportAsync(new() { JourneyId = "loan" })).OverdueTimers);
    }

    [Fact]
    public async Task Operators_move_customers_one_by_one_and_by_audience_each_once()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await ApplyAsync(silo, Loan(TimeSpan.FromHours(1)));
        for (var n = 0; n < 12; n++)
        {
            await SetAgeAsync(silo, $"c{n}", 20 + n);
            await HappensAsync(silo, $"c{n}", "visit");
        }

        var change = new ChangeCustomerJourneyRequest
        {
            CustomerId = "c0", JourneyId = "loan", Kind = JourneyChangeKind.Move, ToStageId = "reminded", RequestId = "m1",
        };
        await silo.Journeys.ChangeCustomerJourneyAsync(change, By.Li);
        await silo.Journeys.ChangeCustomerJourneyAsync(change, By.Li);
        Assert.Equal("reminded", (await JourneysOfAsync(silo, "c0")).Places[0].StageId);
        await FailsAsync(
            "NOT_IN_JOURNEY",
            async () => await silo.Journeys.ChangeCustomerJourneyAsync(new(change) { CustomerId = "nobody", RequestId = "m2" }, By.Li));
        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
            await silo.Journeys.ChangeCustomerJourneyAsync(new(change) { ToStageId = "remindet", RequestId = "m3" }));
        Assert.Contains("did you mean 'reminded'?", fault.Status.Detail, StringComparison.Ordinal);

        var many = new ChangeAudienceJourneyRequest
        {
            Audience = new() { Expression = "tags.age >= 26" }, JourneyId = "loan", Kind = JourneyChangeKind.Exit, RequestId = "all",
        };
        Assert.Equal((6, 0), await ChangeAsync(silo, many));
        Assert.Equal((6, 0), await ChangeAsync(silo, many));
        var report = await ReportAsync(silo);
        Assert.Equal((12, 6), (report.Entered, report.InNow));
        Assert.Equal(6, Stage(report, "visited").Transitions.Single(static way => way.Cause == TransitionCause.Exited).Customers);

        var kept = (await silo.Journeys.ListJourneyChangesAsync(new() { JourneyId = "loan" })).Changes;
        Assert.Equal(
            ["all tags.age >= 26: 6 changed, 0 not there", "m2 nobody: 0 changed, 1 not there", "m1 c0: 1 changed, 0 not there"],
            kept.Select(static change =>
                $"{change.RequestId} {change.CustomerId}{change.Audience}: {change.Changed} changed, {change.PassedOver} not there"));
        Assert.All(kept, static change => Assert.True(change.Finished && change.Actor == "li"));
    }

    [Fact, Trait("Category", "Quick")]
    public async Task A_draft_is_played_for_a_copy_of_a_customer_who_stays_as_they_are()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await ApplyAsync(silo, Loan(TimeSpan.FromHours(1)));
        await HappensAsync(silo, "ada", "visit");
        var catalog = (await silo.Catalog.GetCatalogAsync(new())).Catalog;
        catalog.Journeys[0].Stages[0].Transitions[1].After = Duration.FromTimeSpan(TimeSpan.FromHours(5));
        var now = DateTimeOffset.UtcNow;
        var play = new SimulateJourneysRequest
        {
            CustomerId = "ada", Draft = catalog,
            Happenings =
            {
                new JourneyHappening { Time = Timestamp.FromDateTimeOffset(now.AddMinutes(1)), Tag = new() { TagId = "age", Value = "35" } },
                new JourneyHappening { Time = Timestamp.FromDateTimeOffset(now.AddHours(6)), EventTypeId = "apply" },
            },
        };

        var steps = (await silo.Journeys.SimulateJourneysAsync(play)).Steps;
        Assert.Equal(
            ["1 visited>reminded Time", "1 contact deposit", "2 reminded>applied Event", "2 goal of loan"],
            steps.Select(static step => $"{step.Happenings} " + (step.Move is { } move ? $"{move.FromStageId}>{move.ToStageId} {move.Cause}"
                : step.Contact is { } contact ? $"contact {contact.ActionId}" : $"goal of {step.GoalOfJourneyId}")));
        Assert.InRange((steps[0].Time.ToDateTimeOffset() - now).TotalHours, 4.9, 5);
        Assert.Equal("visited", Assert.Single((await JourneysOfAsync(silo, "ada")).Places).StageId);

        play.Happenings[1].EventTypeId = "aply";
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await silo.Journeys.SimulateJourneysAsync(play));
        Assert.Contains("happenings[1].event_type_id", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_import_moves_those_whose_conditions_it_fulfils(bool isOnPostgres)
    {
        using var folder = new DataFolder();
        string[] settings = isOnPostgres
            ? ["--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={await (await PostgresServer.SharedAsync()).CreateDatabaseAsync()}"]
            : [];
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path, settings);
        var journey = Loan(TimeSpan.FromHours(1));
        journey.ExitWhen = "tags.age >= 90";
        journey.Stages[0].Transitions.Insert(0, new JourneyTransition { When = "tags.age >= 60", ToStageId = "reminded" });
        await ApplyAsync(silo, journey);
        for (var n = 0; n < 6; n++)
        {
            await HappensAsync(silo, $"c{n}", "visit");
        }

        var file = Path.Combine(folder.Path, "ages.csv");
        await File.WriteAllLinesAsync(file, ["customer_id,age", "c0,65", "c1,66", "c2,59", "c3,95", "new,70"]);
        var import = await Command.RunAsync("dotnet", Repository.Cli, "import", file, "--address", silo.GrpcAddress);
        Assert.True(import.ExitCode == 0, import.Errors);

        await UntilAsync(async () => await ReportAsync(silo) is { InNow: 5 } report && Stage(report, "reminded").InNow == 2);
        Assert.Equal("reminded", Assert.Single((await JourneysOfAsync(silo, "c1")).Places).StageId);
        Assert.Empty((await JourneysOfAsync(silo, "c3")).Places);
        Assert.Empty((await JourneysOfAsync(silo, "new")).Places);
        Assert.Equal(["c0", "c1"], (await DeliveredAsync(silo, 2)).Order());
    }

    [Fact]
    public async Task Silos_that_are_killed_between_timer_and_effect_lose_and_double_nothing()
    {
        const int Customers = 400;
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        await using var cluster = await ClusterProcesses.StartSmallAsync(3, await server.CreateDatabaseAsync());
        await ApplyAsync(cluster[0], Loan(TimeSpan.FromSeconds(12)));
        foreach (var silo in cluster.Silos)
        {
            // A silo refuses the name of a journey that its own catalogue does not have.
            await UntilAsync(async () => (await silo.Journeys.GetJourneyReportAsync(new() { JourneyId = "loan" })).Versions.Count == 0);
        }

        await Parallel.ForEachAsync(Enumerable.Range(0, Customers), async (n, _) =>
        {
            await SetAgeAsync(cluster[n % 3], $"c{n}", 30);
            await HappensAsync(cluster[n % 3], $"c{n}", "visit");
        });
        Assert.Equal(Customers, (await ReportAsync(cluster[0])).Entered);
        await UntilAsync(async () => Stage(await ReportAsync(cluster[0]), "reminded").Arrived > 0, TimeSpan.FromSeconds(60));
        await cluster.KillAsync(1);
        await cluster.KillAsync(2);
        await cluster.StartAgainAsync(1);
        await cluster.StartAgainAsync(2);

        await UntilAsync(async () => Stage(await ReportAsync(cluster[0]), "reminded").InNow == Customers, TimeSpan.FromSeconds(90));
        var report = await ReportAsync(cluster[1]);
        Assert.Equal((Customers, Customers), (report.Entered, Stage(report, "reminded").Arrived));
        var delivered = await DeliveredAsync(cluster[1], Customers);
        Assert.Equal((Customers, Customers), (delivered.Count, delivered.Distinct().Count()));
    }

    [FactWith(FakeClock.Library, "faketime")]
    public async Task Timers_that_came_due_while_everything_was_down_fire_when_it_is_up_again()
    {
        using var folder = new DataFolder();
        await using (var silo = await SiloProcess.StartSmallAsync(folder.Path))
        {
            await ApplyAsync(silo, Loan(TimeSpan.FromSeconds(3)));
            await SetAgeAsync(silo, "ada", 30);
            await HappensAsync(silo, "ada", "visit");
            await silo.KillAsync();
        }

        await using var again = await SiloProcess.StartByAsync(
            FakeClock.RunByWrong("+4s"), folder.Path, SiloProcess.FreePorts(4), "--Zhice:Sample=false");
        await UntilAsync(async () => (await JourneysOfAsync(again, "ada")).Places is [{ StageId: "reminded" }]);
        Assert.Single(await DeliveredAsync(again, 1));
    }

    [Fact]
    public async Task A_journey_lets_in_as_many_as_it_may_and_says_what_is_wrong_with_a_definition()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        var few = Loan(TimeSpan.FromHours(1));
        few.Entry.MaxEntries = 7;
        await ApplyAsync(silo, few);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(n => HappensAsync(silo, $"c{n}", "visit")));
        Assert.Equal(7, (await ReportAsync(silo)).Entered);

        // Another journey makes the event by which it is entered.
        var club = Loan(TimeSpan.FromHours(1));
        (club.JourneyId, club.Entry.MaxEntries) = ("club", 5);
        club.Entry.EventTypeIds[0] = "apply";
        await ApplyAsync(silo, club);
        await ApplyAsync(silo, new()
        {
            JourneyId = "invited", Version = 1, Entry = new() { EventTypeIds = { "visit" } },
            Stages = { new JourneyStage { StageId = "asked", Final = true, OnEnter = { new StageAction { EmitEventTypeId = "apply" } } } },
        });
        await Task.WhenAll(Enumerable.Range(0, 30).Select(n => HappensAsync(silo, $"d{n}", "visit")));
        Assert.Equal(5, (await silo.Journeys.GetJourneyReportAsync(new() { JourneyId = "club" })).Versions.Single().Entered);

        // A repeat is one, whatever was applied in between.
        var again = new ApplyJourneyRequest { Journey = few, RequestId = "few" };
        var applied = (await silo.Journeys.ApplyJourneyAsync(again, By.Li)).Version;
        await ApplyAsync(silo, club);
        Assert.Equal(applied.Version, (await silo.Journeys.ApplyJourneyAsync(again, By.Li)).Version.Version);
        await FailsAsync("REQUEST_ID_REUSED", async () => await silo.Journeys.ApplyJourneyAsync(new(again) { Journey = club }));

        few.Stages[0].Transitions[1].ToStageId = "remindet";
        var fault = await Assert.ThrowsAsync<RpcException>(() => ApplyAsync(silo, few));
        Assert.Contains("journeys[0].stages[0].transitions[1].to_stage_id", fault.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("did you mean 'reminded'?", fault.Status.Detail, StringComparison.Ordinal);
    }

    private static Journey Loan(TimeSpan wait) => new()
    {
        JourneyId = "loan", Version = 1, Entry = new() { EventTypeIds = { "visit" } }, GoalStageIds = { "applied" },
        Stages =
        {
            new JourneyStage
            {
                StageId = "visited",
                Transitions =
                {
                    new JourneyTransition { EventTypeId = "apply", ToStageId = "applied" },
                    new JourneyTransition { After = Duration.FromTimeSpan(wait), ToStageId = "reminded" },
                },
            },
            new JourneyStage
            {
                StageId = "reminded",
                OnEnter = { new StageAction { Contact = new() { ActionId = "deposit", PlacementIds = { "sms_text" } } } },
                Transitions = { new JourneyTransition { EventTypeId = "apply", ToStageId = "applied" } },
            },
            new JourneyStage { StageId = "applied", Final = true },
        },
    };

    private static async Task ApplyAsync(SiloProcess silo, Journey journey)
    {
        var catalog = (await silo.Catalog.GetCatalogAsync(new())).Catalog;
        if (catalog.EventTypes.All(static type => type.EventTypeId != "visit"))
        {
            catalog.EventTypes.Add([new EventType { EventTypeId = "visit" }, new EventType { EventTypeId = "apply" }]);
            await silo.Catalog.ApplyCatalogAsync(new() { Catalog = catalog, RequestId = "events" });
        }

        await silo.Journeys.ApplyJourneyAsync(new() { Journey = journey, RequestId = Guid.NewGuid().ToString("n") }, By.Li);
    }

    private static async Task SetAgeAsync(SiloProcess silo, string customer, long age) => await silo.Customers.UpdateTagsAsync(
        new() { CustomerId = customer, Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = age } } } });

    private static async Task HappensAsync(SiloProcess silo, string customer, string type)
    {
        var answer = await silo.Events.RecordEventsAsync(new()
        {
            Events = { new Event { EventId = $"{customer}-{type}", CustomerId = customer, EventTypeId = type, EventTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow) } },
        });
        Assert.Equal(EventOutcome.Recorded, answer.Results[0].Outcome);
    }

    private static async Task<GetCustomerJourneysResponse> JourneysOfAsync(SiloProcess silo, string customer) =>
        await silo.Journeys.GetCustomerJourneysAsync(new() { CustomerId = customer });

    private static async Task<JourneyVersionReport> ReportAsync(SiloProcess silo) =>
        (await silo.Journeys.GetJourneyReportAsync(new() { JourneyId = "loan" })).Versions.SingleOrDefault() ?? new();

    private static JourneyStageReport Stage(JourneyVersionReport report, string stage) =>
        report.Stages.SingleOrDefault(each => each.StageId == stage) ?? new();

    private static async Task<(long Changed, long PassedOver)> ChangeAsync(SiloProcess silo, ChangeAudienceJourneyRequest request)
    {
        using var stream = silo.Journeys.ChangeAudienceJourney(request, By.Li);
        var last = new ChangeAudienceJourneyResponse();
        while (await stream.ResponseStream.MoveNext(CancellationToken.None))
        {
            last = stream.ResponseStream.Current;
        }

        return (last.Changed, last.PassedOver);
    }

    private static async Task FailsAsync(string reason, Func<Task> call)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(reason, fault.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
    }

    private static Task UntilAsync(Func<Task<bool>> condition, TimeSpan? most = null) =>
        ClusterProcesses.UntilAsync(condition, most);

    private static async Task<List<string>> DeliveredAsync(SiloProcess silo, int expected) =>
        [.. (await ChannelStream.TakeAsync(silo, expected)).Select(static contact => contact.CustomerId)];
}
