using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Security;

/// <summary>
/// Analyses of behaviour and judgements of figures as callers of different roles have them, over gRPC and REST. All is asked of one silo, so
/// it is one test: what is recorded is seen by all questions.
/// </summary>
[Collection("secured silo")]
public sealed class MeasurementCallTests(SecuredSilo silo)
{
    private const int Customers = 300;
    private const int Lookers = 100;
    private const int Buyers = 60;
    private const int Askers = 5;

    private readonly BehaviorService.BehaviorServiceClient _behavior = new(silo.Channel);
    private readonly MeasurementService.MeasurementServiceClient _measurement = new(silo.Channel);

    private static readonly FunnelQuery s_bought = Funnel("looked", "bought");

    [Fact]
    public async Task Analysts_and_operators_ask_what_customers_did_and_what_follows_and_small_numbers_are_for_operators_alone()
    {
        var (analyst, @operator) = (await silo.AskAsync("ana", "analyst"), await silo.AskAsync("otto", "operator"));
        await PrepareAsync(@operator);
        await ClusterProcesses.UntilAsync(
            async () => (await FunnelAsync(s_bought, analyst)).SequenceEqual([Lookers, Buyers]), TimeSpan.FromMinutes(1));

        await AnalyseAsync(analyst, @operator);
        await SaveAsync(@operator);
        await JudgeAsync(analyst, @operator);
        await RefuseAsync(analyst);
        await AskByRestAsync();
    }

    private async Task PrepareAsync(Metadata @operator)
    {
        var catalog = SmallCatalog.Create();
        catalog.EventTypes.AddRange(new[] { "looked", "bought", "asked" }.Select(static type => new EventType
        {
            EventTypeId = type, DisplayName = type, Behavior = new() { Share = 1, Properties = { "page" } },
        }));
        catalog.Outcomes.Add(new Outcome { OutcomeId = "purchase", EventTypeId = "bought", AmountProperty = "amount" });
        catalog.DecisionContrasts = new() { Share = 0.05 };
        await new CatalogService.CatalogServiceClient(silo.Channel).ApplyCatalogAsync(
            new() { Catalog = catalog, RequestId = "measurement" }, @operator);

        var app = await silo.AskAsync("app", "app");
        var recommendations = new RecommendationService.RecommendationServiceClient(silo.Channel);
        await Parallel.ForEachAsync(Enumerable.Range(0, Customers), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (n, cancellation) =>
            await recommendations.RecommendAsync(new() { CustomerId = $"m{n}", PlacementId = "sms_text" }, app, cancellationToken: cancellation));
        var now = DateTimeOffset.UtcNow;
        Event Of(string type, int n, int second) => new()
        {
            EventId = $"{type}-{n}", CustomerId = $"m{n}", EventTypeId = type, EventTime = Timestamp.FromDateTimeOffset(now.AddSeconds(second - 10)),
            Properties = { ["page"] = new Value { StringValue = n % 2 == 0 ? "a" : "b" }, ["amount"] = new Value { IntegerValue = 100 } },
        };
        var events = new EventService.EventServiceClient(silo.Channel);
        await events.RecordEventsAsync(
            new()
            {
                Events =
                {
                    Enumerable.Range(0, Lookers).Select(n => Of("looked", n, 0)), Enumerable.Range(0, Buyers).Select(n => Of("bought", n, 5)),
                    Enumerable.Range(0, Askers).Select(n => Of("asked", n, 7)),
                },
            },
            app);

        // The outcome of those who are in a group, after their offer.
        foreach (var page in Enumerable.Range(Lookers, Customers - Lookers).Where(static n => n % 2 == 0).Chunk(100))
        {
            await events.RecordEventsAsync(new() { Events = { page.Select(n => Of("bought", n, 10)) } }, app);
        }
    }

    private async Task AnalyseAsync(Metadata analyst, Metadata @operator)
    {
        var asked = Funnel("looked", "asked");
        var (all, shown) = (await FunnelAsync(asked, @operator), await FunnelAsync(asked, analyst));
        Assert.Equal([Lookers, Askers], all);
        Assert.Equal([Lookers, 0], shown);
        Assert.Equal(10, (await _behavior.GetFunnelAsync(new() { Query = asked }, analyst)).Basis.FewerThan);

        var counts = await _behavior.CountEventsAsync(
            new() { Query = new() { Events = { Match("looked"), Match("asked") }, Property = "page" } }, analyst);
        Assert.Equal(
            [("looked", "a", 50L, 50L), ("looked", "b", 50L, 50L)],
            counts.Counts.OrderBy(static each => each.Value).Select(static each => (each.EventTypeId, each.Value, each.Events, each.Customers)));
        var cohort = Assert.Single((await _behavior.GetRetentionAsync(
            new() { Query = new() { First = Match("looked"), Again = Match("bought"), PeriodDays = 1 } }, analyst)).Cohorts);
        Assert.Equal(Lookers, cohort.Customers);
        var paths = await _behavior.GetPathsAsync(
            new() { Query = new() { Around = Match("looked"), Steps = 1, EventTypeIds = { "looked", "bought" } } }, analyst);
        Assert.Equal(Lookers, paths.Paths.Sum(static path => path.Customers) + paths.OtherCustomers);
        Assert.Equal((Buyers, "bought"), Assert.Single(paths.Paths.Where(static path => path.Events.Count > 0).Select(static path => ((int)path.Customers, path.Events[0]))));
    }

    private async Task SaveAsync(Metadata @operator)
    {
        var saved = await _behavior.SaveBehaviorAudienceAsync(
            new() { Funnel = new() { Query = s_bought, Step = 1, Last = true }, Audience = new() { AudienceId = "looked_only", DisplayName = "Looked" } }, @operator);
        Assert.Equal(("looked_only", 1L), (saved.Audience.AudienceId, saved.Audience.Version));
        var count = await new AudienceService.AudienceServiceClient(silo.Channel).CountAudienceAsync(
            new() { Audience = new() { AudienceId = "looked_only" } }, @operator);
        Assert.Equal(Lookers - Buyers, count.Customers);
    }

    private async Task JudgeAsync(Metadata analyst, Metadata @operator)
    {
        var contrasts = await _measurement.GetContrastsAsync(new() { OutcomeId = "purchase" }, @operator);
        Assert.Equal(
            ["arbitration", "random_eligible", "propensity_only", "no_levers", "eligibility_only", "random_propensity"],
            contrasts.Contrasts.Select(static line => line.ContrastId));
        Assert.Equal("", contrasts.Refusal);
        Assert.All(contrasts.Contrasts, static line => Assert.Equal(line.Shown, line.Customers));
        Assert.InRange(contrasts.Contrasts.Sum(static line => line.Shown), 50, 130);
        Assert.True(contrasts.Contrasts.Sum(static line => line.Converted) > 10);
        Assert.All(contrasts.Contrasts.Skip(1), static line => Assert.Equal(line.Watched is null, line.Refusal.Length > 0));
        var early = await _measurement.GetContrastsAsync(new() { OutcomeId = "purchase", FromDate = "2020-01-01" }, @operator);
        Assert.Equal(("2020-01-01", contrasts.Contrasts[0].Shown), (early.FromDate, early.Contrasts[0].Shown));

        var actions = await _measurement.GetActionHealthAsync(new() { PlacementIds = { "app_home" } }, @operator);
        Assert.Equal(ActionFinding.Blocked, actions.Actions.Single(static action => action.ActionId == "fund").Finding);
        Assert.Equal("adult", actions.Actions.Single(static action => action.ActionId == "fund").MainRuleId);
        var deposit = actions.Actions.Single(static action => action.ActionId == "deposit");
        Assert.True(deposit is { Finding: ActionFinding.None, Reached: >= Customers });
        Assert.Equal(0, actions.FewerThan);
        var few = await _measurement.GetActionHealthAsync(new() { Audience = "tags.age == 99" }, analyst);
        Assert.Equal((10, 0, 0), (few.FewerThan, few.Customers, few.Actions.Count));

        var models = await _measurement.GetModelHealthAsync(new(), analyst);
        Assert.Equal(["deposit", "fund"], models.Models.Select(static model => model.ActionId).Order());
        Assert.All(models.Models, static model => Assert.Equal(ModelFinding.TooFew, model.Finding));

        var campaign = new Campaign { CampaignId = "unmeasured", DisplayName = "U", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" }, OneOff = new() };
        await new CampaignService.CampaignServiceClient(silo.Channel).SaveCampaignAsync(new() { Campaign = campaign }, @operator);
        var plan = await _measurement.GetNextPlanAsync(new() { CampaignId = "unmeasured", OutcomeId = "purchase" }, analyst);
        Assert.Equal((PlanVerdict.NotMeasured, true), (plan.Verdict, plan.Draft is null));
        Assert.Contains("Give the campaign a holdout", plan.Refusal, StringComparison.Ordinal);
        Assert.Contains("was not drawn", plan.ChannelRefusal, StringComparison.Ordinal);
        var value = await _measurement.GetValueAsync(new() { CampaignId = "unmeasured", ChurnCondition = "tags.age > 90" }, analyst);
        Assert.Equal((0, 30, true), (value.Lines.Count, value.Days, value.AsOfTime is not null));
        await PlanCatalogAsync(@operator);
        await ChallengeAsync(analyst, @operator);
    }

    private async Task PlanCatalogAsync(Metadata @operator)
    {
        var proposed = await _measurement.GetCatalogPlanAsync(new() { OutcomeId = "purchase" }, @operator);
        Assert.Equal((0, true), (proposed.Proposals.Count, proposed.Draft is null));
        Assert.NotEqual("", proposed.BaseEtag);
    }

    private async Task ChallengeAsync(Metadata analyst, Metadata @operator)
    {
        var (simulations, models) = (new SimulationService.SimulationServiceClient(silo.Channel), new LearningService.LearningServiceClient(silo.Channel));
        var request = new EvaluateChallengerRequest { ActionId = "deposit", PlacementId = "app_home" };
        await RefusedAsync("no challenger", () => simulations.EvaluateChallengerAsync(request, analyst), StatusCode.FailedPrecondition);
        await models.StartChallengerAsync(new() { ActionId = "deposit" }, @operator);
        var judged = await simulations.EvaluateChallengerAsync(request, analyst);
        Assert.Equal((0L, 0L), (judged.Decisions, judged.ChallengerLessons));
        Assert.Contains("The log is worth 0 rounds", judged.Challenger.Refusal, StringComparison.Ordinal);
        await RefusedAsync("did you mean 'deposit'", () => simulations.EvaluateChallengerAsync(new(request) { ActionId = "deposits" }, analyst), StatusCode.NotFound);
        await RefusedAsync("is no placement", () => simulations.EvaluateChallengerAsync(new(request) { PlacementId = "app_hom" }, analyst));
        await RefusedAsync("placement_id", () => simulations.EvaluateChallengerAsync(new() { ActionId = "deposit" }, analyst));
    }

    private async Task RefuseAsync(Metadata analyst)
    {
        await RefusedAsync("query.steps has 1 steps; 2 to", () => _behavior.GetFunnelAsync(new() { Query = Funnel("looked") }, analyst));
        await RefusedAsync("looked", () => _behavior.GetFunnelAsync(new() { Query = Funnel("lookd", "bought") }, analyst));
        await RefusedAsync("is no date", () => _behavior.CountEventsAsync(new() { Scope = new() { FromDate = "1.1.2026" }, Query = new() { Events = { Match("looked") } } }, analyst));
        await RefusedAsync("did you mean 'purchase'", () => _measurement.GetContrastsAsync(new() { OutcomeId = "purchas" }, analyst));
        await RefusedAsync("confidence must be above 0.5", () => _measurement.GetContrastsAsync(new() { OutcomeId = "purchase", Confidence = 95 }, analyst));
        await RefusedAsync("worth must be from 0 to below 1", () => _measurement.GetNextPlanAsync(new() { CampaignId = "unmeasured", OutcomeId = "purchase", Worth = 2 }, analyst));
        await RefusedAsync("There is no campaign 'nobody'", () => _measurement.GetNextPlanAsync(new() { CampaignId = "nobody", OutcomeId = "purchase" }, analyst), StatusCode.NotFound);
        await RefusedAsync("days is 91; 1 to 90", () => _measurement.GetLiftAsync(new() { CampaignId = "unmeasured", OutcomeId = "purchase", Days = 91 }, analyst));
        await RefusedAsync("days is 4000; 1 to 3650", () => _measurement.GetCatalogPlanAsync(new() { OutcomeId = "purchase", Days = 4_000 }, analyst));
        await RefusedAsync("days is 4000; 1 to 3650", () => _measurement.GetActionHealthAsync(new() { Days = 4_000 }, analyst));
        await RefusedAsync("sample is 2", () => _measurement.GetActionHealthAsync(new() { Sample = 2 }, analyst));
        await RefusedAsync("audience", () => _measurement.GetActionHealthAsync(new() { Audience = "tags.nothing == 1" }, analyst));

        await RefusedAsync("There is no campaign 'nobody'", () => _measurement.GetValueAsync(new() { CampaignId = "nobody" }, analyst), StatusCode.NotFound);
        await RefusedAsync("days is 61; 1 to 60", () => _measurement.GetValueAsync(new() { CampaignId = "unmeasured", Days = 61 }, analyst));
        await RefusedAsync("did you mean 'looked'", () => _measurement.GetValueAsync(new() { CampaignId = "unmeasured", EventTypeId = "lookd" }, analyst));
        await RefusedAsync("did you mean 'age'", () => _measurement.GetValueAsync(new() { CampaignId = "unmeasured", AumTagId = "agee" }, analyst));
        await RefusedAsync("did you mean 'purchase'", () => _measurement.GetValueAsync(new() { CampaignId = "unmeasured", NpsOutcomeId = "purchas" }, analyst));
        await RefusedAsync("churn_condition", () => _measurement.GetValueAsync(new() { CampaignId = "unmeasured", ChurnCondition = "tags.nothing == 1" }, analyst));
        await RefusedAsync(
            "both say who has churned", () => _measurement.GetValueAsync(new() { CampaignId = "unmeasured", ChurnCondition = "true", ChurnOutcomeId = "purchase" }, analyst));
        await RefusedAsync("divides no lift", () => _measurement.GetValueAsync(new() { CampaignId = "unmeasured", By = { ReportDimension.Day } }, analyst));

        // Whoever names no role of the bank, and programs of customers, get nothing.
        foreach (var role in new[] { "app", "marketing" })
        {
            var headers = await silo.AskAsync($"the {role}", role);
            await RefusedAsync("role", () => _behavior.GetFunnelAsync(new() { Query = s_bought }, headers), StatusCode.PermissionDenied);
            await RefusedAsync("role", () => _measurement.GetContrastsAsync(new() { OutcomeId = "purchase" }, headers), StatusCode.PermissionDenied);
            await RefusedAsync("role", () => _measurement.GetValueAsync(new() { CampaignId = "unmeasured" }, headers), StatusCode.PermissionDenied);
        }

        await RefusedAsync(
            "role", () => _behavior.SaveBehaviorAudienceAsync(new() { Funnel = new() { Query = s_bought, Step = 1 }, Audience = new() { AudienceId = "mine" } }, analyst),
            StatusCode.PermissionDenied);
    }

    private async Task AskByRestAsync()
    {
        using var http = new HttpClient(silo.CreateHandler()) { BaseAddress = new(silo.HttpAddress) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await silo.Provider.AskAsync("ana", "analyst"));
        var funnel = await http.PostAsJsonAsync(
            "/v1/behavior:funnel", new { query = new { steps = new[] { new { eventTypeId = "looked" }, new { eventTypeId = "bought" } }, window = "3600s" } });
        var steps = (await funnel.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("steps");
        Assert.Equal([$"{Lookers}", $"{Buyers}"], steps.EnumerateArray().Select(static step => step.GetProperty("customers").GetString()));

        var models = await http.GetFromJsonAsync<JsonElement>("/v1/reports:models");
        Assert.Equal("MODEL_FINDING_TOO_FEW", models.GetProperty("models")[0].GetProperty("finding").GetString());
        var contrasts = await http.GetFromJsonAsync<JsonElement>("/v1/reports:contrasts?outcome_id=purchase");
        Assert.Equal("arbitration", contrasts.GetProperty("contrasts")[0].GetProperty("contrastId").GetString());
        var plan = await http.GetFromJsonAsync<JsonElement>("/v1/campaigns/unmeasured/next-plan?outcome_id=purchase");
        Assert.Equal("PLAN_VERDICT_NOT_MEASURED", plan.GetProperty("verdict").GetString());
        var value = await http.GetFromJsonAsync<JsonElement>("/v1/campaigns/unmeasured/value?days=7&by=REPORT_DIMENSION_ARM");
        Assert.Equal(7, value.GetProperty("days").GetInt32());
        var actions = await http.GetFromJsonAsync<JsonElement>("/v1/reports:actions?placement_ids=app_home&days=7");
        Assert.Equal((7, 2), (actions.GetProperty("days").GetInt32(), actions.GetProperty("actions").GetArrayLength()));
        var refused = await http.GetAsync("/v1/reports:actions?days=-1");
        Assert.Contains("days is -1; 1 to 3650 are allowed", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<int[]> FunnelAsync(FunnelQuery query, Metadata headers) =>
        [.. (await _behavior.GetFunnelAsync(new() { Query = query }, headers)).Steps.Select(static step => (int)step.Customers)];

    private static FunnelQuery Funnel(params string[] steps) => new() { Steps = { steps.Select(Match) }, Window = Duration.FromTimeSpan(TimeSpan.FromHours(1)) };

    private static EventMatch Match(string type) => new() { EventTypeId = type };

    private static async Task RefusedAsync<T>(string why, Func<AsyncUnaryCall<T>> call, StatusCode code = StatusCode.InvalidArgument)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await call());
        Assert.Equal((code, why), (fault.StatusCode, fault.Status.Detail.Contains(why, StringComparison.OrdinalIgnoreCase) ? why : fault.Status.Detail));
    }
}
