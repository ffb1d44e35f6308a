using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.SystemTests.Deliveries;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>An agent takes a customer up, or gets one handed over: the other channels hold back. From outside, on a real silo.</summary>
[Collection("small bank")]
public sealed class HandOffTests(SmallBank bank)
{
    [Fact, Trait("Category", "Quick")]
    public async Task While_an_agent_holds_an_action_the_other_channels_hold_back_until_the_outcome()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await SetAgeAsync(silo, "ada", 30);
        Assert.Equal(["fund", "deposit"], (await RecommendAsync(silo, "ada")).Recommendations.Select(static each => each.ActionId));

        var request = new HoldActionRequest { CustomerId = "ada", ActionId = "fund", PlacementId = "sms_text", Owner = "wang", RequestId = "h1" };
        var hold = (await silo.HandOffs.HoldActionAsync(request)).Hold;
        Assert.Equal(hold, (await silo.HandOffs.HoldActionAsync(request)).Hold);
        Assert.Equal(("fund", "sms", "wang"), (hold.ActionId, hold.ChannelId, hold.Owner));
        Assert.Equal(hold, Assert.Single((await silo.Customers.GetCustomerAsync(new() { CustomerId = "ada" })).Customer.Holds));

        var answer = await RecommendAsync(silo, "ada");
        Assert.Equal(["deposit"], answer.Recommendations.Select(static each => each.ActionId));
        var decision = (await silo.Recommendations.GetDecisionAsync(new() { CustomerId = "ada", DecisionId = answer.DecisionId })).Decision;
        Assert.Equal(ReasonCode.Held, decision.Verdicts.Single(static verdict => verdict.ActionId == "fund").Reason.Code);
        Assert.Equal("fund", (await RecommendAsync(silo, "ada", "sms_text")).Recommendations[0].ActionId);

        // Another agent is told who is at it; the same one may go on.
        await FailsAsync("ACTION_HELD", async () => await silo.HandOffs.HoldActionAsync(new(request) { Owner = "li", RequestId = "h2" }));
        Assert.Equal(hold.HoldId, (await silo.HandOffs.HoldActionAsync(new(request) { RequestId = "h3" })).Hold.HoldId);

        // It survives the silo, and ends once.
        await silo.KillAsync();
        await using var again = await SiloProcess.StartAsync(folder.Path, "--Zhice:Sample=false");
        Assert.Equal(["deposit"], (await RecommendAsync(again, "ada")).Recommendations.Select(static each => each.ActionId));
        EndHoldRequest end = new() { CustomerId = "ada", HoldId = hold.HoldId, Outcome = HoldOutcome.Released };
        Assert.True((await again.HandOffs.EndHoldAsync(end)).Ended);
        Assert.False((await again.HandOffs.EndHoldAsync(end)).Ended);

        // The agent's own placement took one of two contacts a week.
        Assert.Equal(["fund"], (await RecommendAsync(again, "ada")).Recommendations.Select(static each => each.ActionId));
    }

    [Fact]
    public async Task A_hand_off_reaches_its_channel_once_as_a_task_and_what_the_customer_says_there_counts_everywhere_at_once()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await silo.Catalog.ApplyCatalogAsync(new() { Catalog = WithCoolDown(), RequestId = "cool" });
        await SetAgeAsync(silo, "ben", 30);
        var dueAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow + TimeSpan.FromHours(2));
        var request = new HandOffRequest
        {
            CustomerId = "ben", ActionId = "fund", PlacementId = "sms_text", Owner = "team_a", Kind = "call_back", DueTime = dueAt,
            RequestId = "o1", Note = "asked about the rate",
        };
        var hold = (await silo.HandOffs.HandOffAsync(request)).Hold;
        Assert.Equal(hold, (await silo.HandOffs.HandOffAsync(request)).Hold);
        Assert.Equal(["deposit"], (await RecommendAsync(silo, "ben")).Recommendations.Select(static each => each.ActionId));

        var tasks = await ChannelStream.TakeAsync(silo, 1);
        var task = Assert.Single(tasks);
        Assert.Equal((hold.HoldId, "ben", "fund"), (task.ContactId, task.CustomerId, task.ActionId));
        Assert.Equal(
            ("call_back", "team_a", dueAt.Seconds, "asked about the rate"),
            (task.Task.Kind, task.Task.Owner, task.Task.DueTime.Seconds, task.Task.Note));

        // Accepted at the desk: gone from the app in the next call, though nobody holds it any more.
        EndHoldRequest end = new() { CustomerId = "ben", HoldId = hold.HoldId, Outcome = HoldOutcome.Accepted };
        Assert.True((await silo.HandOffs.EndHoldAsync(end)).Ended);
        Assert.False((await silo.HandOffs.EndHoldAsync(end)).Ended);
        Assert.DoesNotContain((await RecommendAsync(silo, "ben")).Recommendations, static each => each.ActionId == "fund");
        var said = Assert.Single((await silo.Customers.ListCustomerContactsAsync(new() { CustomerId = "ben" })).Contacts);
        Assert.Equal((hold.HoldId, "fund", FeedbackType.Acceptance), (said.ContactId, said.ActionId, said.Answer));
    }

    [Fact]
    public async Task What_cannot_be_held_is_refused_with_the_reason()
    {
        var silo = bank.Silo;
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await silo.HandOffs.HoldActionAsync(
            new() { CustomerId = "x", ActionId = "fond", PlacementId = "sms_text", Owner = "li" }));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        Assert.Contains("did you mean 'fund'?", fault.Status.Detail, StringComparison.Ordinal);
        await FailsAsync(
            "INVALID_FIELDS",
            async () => await silo.HandOffs.HoldActionAsync(new() { CustomerId = "x", ActionId = "fund", PlacementId = "sms_text" }));
        await FailsAsync("INVALID_FIELDS", async () => await silo.HandOffs.HandOffAsync(
            new() { CustomerId = "x", ActionId = "fund", PlacementId = "sms_text", Owner = "li", Kind = "call", DueTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow - TimeSpan.FromHours(1)) }));
        await FailsAsync("INVALID_FIELDS", async () => await silo.HandOffs.EndHoldAsync(new() { CustomerId = "x", HoldId = "c1" }));

        // A mistyped id makes no customer, unless it is said to be new.
        HoldActionRequest typo = new() { CustomerId = "nobody-9", ActionId = "fund", PlacementId = "sms_text", Owner = "li" };
        await FailsAsync("CUSTOMER_NOT_FOUND", async () => await silo.HandOffs.HoldActionAsync(typo));
        await FailsAsync("CUSTOMER_NOT_FOUND", async () => await silo.HandOffs.HandOffAsync(
            new() { CustomerId = "nobody-9", ActionId = "fund", PlacementId = "sms_text", Owner = "li", Kind = "call", DueTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow + TimeSpan.FromHours(1)) }));
        await silo.Recommendations.RecommendAsync(new() { CustomerId = "nobody-9", PlacementId = "app_home" });
        await FailsAsync("CUSTOMER_NOT_FOUND", async () => await silo.Customers.GetCustomerAsync(new() { CustomerId = "nobody-9" }));
        Assert.Equal("li", (await silo.HandOffs.HoldActionAsync(new(typo) { AllowNew = true })).Hold.Owner);
    }

    private static Catalog WithCoolDown()
    {
        var catalog = TestBank.SmallCatalog.Create();
        catalog.ContactPolicy = new()
        {
            CategoryCoolDowns = { new CategoryCoolDown { CategoryId = "wealth", AcceptanceCoolDown = Duration.FromTimeSpan(TimeSpan.FromDays(30)) } },
        };
        return catalog;
    }

    private static async Task SetAgeAsync(SiloProcess silo, string customer, long age) => await silo.Customers.UpdateTagsAsync(
        new() { CustomerId = customer, Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = age } } } });

    private static async Task<RecommendResponse> RecommendAsync(SiloProcess silo, string customer, string placement = "app_home") =>
        await silo.Recommendations.RecommendAsync(
            new() { CustomerId = customer, PlacementId = placement, RequestId = Guid.NewGuid().ToString("n") });

    private static async Task FailsAsync(string reason, Func<Task> call)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(reason, fault.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
    }
}
