using System.Globalization;
using Google.Rpc;
using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>What is believed of answers from outside, and for how long calls are remembered.</summary>
[Collection("small bank")]
public sealed class FeedbackTests(SmallBank bank)
{
    [Fact]
    public async Task An_answer_to_what_was_not_offered_is_refused_and_counts_nowhere()
    {
        var silo = bank.Silo;
        var decision = await RecommendAsync(silo, "unasked");

        var result = Assert.Single(
            (await silo.Events.RecordEventsAsync(new() { Events = { Answer("unasked", decision.DecisionId, "fund", "e1") } })).Results);

        Assert.Equal(EventOutcome.Refused, result.Outcome);
        var violation = Assert.Single(result.Error.GetDetail<BadRequest>()!.FieldViolations);
        Assert.Equal(("events[0].feedback.action_id", "MISMATCH"), (violation.Field, violation.Reason));
        var right = Assert.Single(
            (await silo.Events.RecordEventsAsync(new() { Events = { Answer("unasked", decision.DecisionId, "deposit", "e2") } })).Results);
        Assert.Equal(EventOutcome.Recorded, right.Outcome);
        Assert.Equal(
            "deposit", Assert.Single((await silo.Customers.ListCustomerContactsAsync(new() { CustomerId = "unasked" })).Contacts).ActionId);
    }

    [Fact]
    public async Task Three_hundred_acceptances_under_made_up_ids_move_nobodys_ranking()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        var (real, before) = ((await RecommendAsync(silo, "bot")).DecisionId, await PropensityAsync(silo, "eve"));
        var last = ulong.Parse(real.AsSpan(17), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        for (var i = 1UL; i <= 300; i++)
        {
            var forged = $"{real[..17]}{last ^ i:x16}";
            var fault = await Assert.ThrowsAsync<RpcException>(async () =>
                await silo.Events.RecordEventsAsync(new() { Events = { Answer("bot", forged, "deposit", $"e{i}") } }));
            Assert.Equal(
                "events[0].feedback.decision_id", Assert.Single(fault.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations).Field);
        }

        Assert.All((await silo.Learning.ListModelsAsync(new())).Models, static model => Assert.Equal(0, model.Champion.Learned));
        Assert.Equal(before, await PropensityAsync(silo, "eve"));
    }

    [Fact]
    public async Task Six_hundred_of_the_last_thousand_increments_are_known_when_they_come_again()
    {
        var silo = bank.Silo;
        for (var i = 0; i < 1300; i++)
        {
            await silo.Customers.UpdateTagsAsync(new()
            {
                CustomerId = "increments", RequestId = $"r{(i < 700 ? i : i - 700)}",
                Changes = { new TagChange { TagId = "aum", Increment = new Value { DecimalValue = "1" } } },
            });
        }

        var saver = await silo.Customers.GetCustomerAsync(new() { CustomerId = "increments" });
        Assert.Equal("700", saver.Customer.Tags.Single(static tag => tag.TagId == "aum").Value.DecimalValue);
    }

    private static async Task<RecommendResponse> RecommendAsync(SiloProcess silo, string customer) =>
        await silo.Recommendations.RecommendAsync(new() { CustomerId = customer, PlacementId = "app_home" });

    private static async Task<double> PropensityAsync(SiloProcess silo, string customer) =>
        (await RecommendAsync(silo, customer)).Recommendations.Single(static offer => offer.ActionId == "deposit").Propensity;

    private static Event Answer(string customer, string decision, string action, string id) => new()
    {
        EventId = id, CustomerId = customer, Feedback = new() { DecisionId = decision, ActionId = action, Type = FeedbackType.Acceptance },
    };
}
