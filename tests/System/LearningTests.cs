using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>Models from outside: they learn from answers, are frozen, challenged and promoted, and are there after a crash.</summary>
public sealed class LearningTests
{
    [Fact, Trait("Category", "Quick")]
    public async Task A_challenger_learns_in_the_shadow_and_takes_the_frozen_champions_place_also_after_a_crash()
    {
        using var folder = new DataFolder();
        await using (var silo = await SiloProcess.StartSmallAsync(folder.Path))
        {
            await AnswerAsync(silo, "ada", FeedbackType.Acceptance);
            await UntilAsync(silo, static model => model.Champion.Learned == 1);
            Assert.True((await silo.Learning.FreezeModelAsync(new() { ActionId = "deposit" })).Model.IsFrozen);
            var started =
                (await silo.Learning.StartChallengerAsync(new() { ActionId = "deposit", Settings = new() { PriorVariance = 0.5 } })).Model;
            Assert.Equal((0.5, 0), (started.Challenger.Settings.PriorVariance, started.Challenger.Learned));
            await AnswerAsync(silo, "ben", FeedbackType.Acceptance);
            await AnswerAsync(silo, "eve", FeedbackType.Dismissal);

            // A crash costs at most the lessons of two seconds: these are older when it comes.
            var before = await UntilAsync(silo, static model => model.Challenger?.Learned == 2);
            Assert.Equal((1, true), (before.Champion.Learned, before.IsFrozen));
            await Task.Delay(TimeSpan.FromSeconds(6));
            await silo.KillAsync();
        }

        await using var again = await SiloProcess.StartAsync(folder.Path, "--Zhice:Sample=false");
        var known = await UntilAsync(again, static _ => true);
        Assert.Equal((1, 2, true), (known.Champion.Learned, known.Challenger.Learned, known.IsFrozen));
        Assert.InRange(known.Champion.CalibrationError, 0, 1);

        var promoted = (await again.Learning.PromoteChallengerAsync(new() { ActionId = "deposit" })).Model;
        Assert.Equal(
            (2, 0.5, null, false),
            (promoted.Champion.Learned, promoted.Champion.Settings.PriorVariance, promoted.Challenger, promoted.IsFrozen));
        await ClusterProcesses.UntilAsync(async () => (await RecommendAsync(again, "zoe")).ModelVersion == 2);
        var card = (await again.Learning.GetModelCardAsync(new() { ActionId = "deposit" })).Card;
        Assert.Equal(
            [ModelEventKind.Frozen, ModelEventKind.Challenged, ModelEventKind.Promoted], card.Events.Select(static done => done.Kind));
        Assert.All(card.Events, static done => Assert.NotEqual("", done.Actor));
        Assert.Equal((1, 1, 0), (card.Champion.Lessons.Accepted, card.Champion.Lessons.NotAccepted, card.Champion.Lessons.Uncounted));
        Assert.Contains("app_home", card.PlacementIds);
        var fair =
            (await again.Learning.GetFairnessReportAsync(new() { ActionId = "deposit", TagId = "age", PlacementId = "app_home" })).Report;
        Assert.Equal((3, 0, 1), (fair.Customers, fair.Slices.Count, fair.SuppressedSlices));
        await FailsAsync("NO_CHALLENGER", async () => await again.Learning.PromoteChallengerAsync(new() { ActionId = "deposit" }));
    }

    [Fact]
    public async Task What_no_model_can_be_is_refused()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await FailsAsync("ACTION_NOT_FOUND", async () => await silo.Learning.FreezeModelAsync(new() { ActionId = "deposits" }));
        await FailsAsync("ACTION_NOT_FOUND", async () => await silo.Learning.GetModelCardAsync(new() { ActionId = "deposits" }));
        await FailsAsync(
            "INVALID_FIELDS", async () => await silo.Learning.GetFairnessReportAsync(new() { ActionId = "deposit", TagId = "phone" }));
        await FailsAsync("INVALID_FIELDS", async () => await silo.Learning.UnfreezeModelAsync(new()));
        await FailsAsync(
            "INVALID_FIELDS",
            async () => await silo.Learning.StartChallengerAsync(new() { ActionId = "deposit", Settings = new() { PriorVariance = 11 } }));
        await FailsAsync(
            "INVALID_FIELDS",
            async () => await silo.Learning.StartChallengerAsync(new() { ActionId = "deposit", Settings = new() { Drift = 0.1 } }));
        Assert.Equal(
            ["fund", "deposit"],
            (await silo.Learning.ListModelsAsync(new())).Models.Select(static model => model.ActionId).OrderDescending());
    }

    private static async Task<ActionVerdict> RecommendAsync(SiloProcess silo, string customer)
    {
        var id = (await silo.Recommendations.RecommendAsync(new() { CustomerId = customer, PlacementId = "app_home" })).DecisionId;
        var decision = (await silo.Recommendations.GetDecisionAsync(new() { CustomerId = customer, DecisionId = id })).Decision;
        return decision.Verdicts.Single(static verdict => verdict.ActionId == "deposit");
    }

    private static async Task AnswerAsync(SiloProcess silo, string customer, FeedbackType answer)
    {
        var request = new RecommendRequest { CustomerId = customer, PlacementId = "app_home", RequestId = customer };
        await silo.Events.RecordEventsAsync(new()
        {
            Events =
            {
                new Event
                {
                    EventId = $"{customer}-{answer}", CustomerId = customer,
                    Feedback = new() { DecisionId = (await silo.Recommendations.RecommendAsync(request)).DecisionId, ActionId = "deposit", Type = answer },
                },
            },
        });
    }

    private static async Task<Model> UntilAsync(SiloProcess silo, Func<Model, bool> condition)
    {
        var model = new Model();
        await ClusterProcesses.UntilAsync(
            async () =>
                condition(model = (await silo.Learning.ListModelsAsync(new())).Models.Single(static each => each.ActionId == "deposit")));
        return model;
    }

    private static async Task FailsAsync(string reason, Func<Task> call)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(reason, fault.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
    }
}
