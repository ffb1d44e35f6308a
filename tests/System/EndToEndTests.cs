using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>One customer, one grain, one answer: called from outside.</summary>
public abstract class EndToEndTests
{
    private readonly ServiceProcess _api;

    private protected EndToEndTests(ServiceProcess service) => _api = service;

    [Fact]
    public async Task An_unknown_visitor_gets_what_needs_no_tags_and_is_not_found_afterwards()
    {
        var answer = await Recommend("visitor", "app_home");

        Assert.Equal(["deposit"], answer.Recommendations.Select(each => each.ActionId));
        var fault = await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => Get("visitor"));
        Assert.Equal(Grpc.Core.StatusCode.NotFound, fault.StatusCode);
    }

    [Fact, Trait("Category", "Quick")]
    public async Task A_tag_makes_a_customer_eligible_and_the_more_valuable_action_comes_first()
    {
        await SetAge("ada", 30);

        var answer = await Recommend("ada", "app_home");

        Assert.Equal(["fund", "deposit"], answer.Recommendations.Select(each => each.ActionId));
        var best = answer.Recommendations[0];
        Assert.Equal(1, best.Rank);
        Assert.Equal(best.Propensity * best.ValueFen * best.Lever, best.Score, 6);
        Assert.Equal("A fund for you", best.Content.Title);
        Assert.NotEmpty(best.Reasons);
    }

    [Fact]
    public async Task A_decision_names_the_first_rule_that_failed()
    {
        await SetAge("minor", 12);
        var answer = await Recommend("minor", "app_home");

        var decision = (await _api.Recommendations.GetDecisionAsync(
            new GetDecisionRequest { CustomerId = "minor", DecisionId = answer.DecisionId })).Decision;

        var fund = Assert.Single(decision.Verdicts, verdict => verdict.ActionId == "fund");
        Assert.Equal((ReasonCode.Ineligible, "adult"), (fund.Reason.Code, fund.Reason.RuleId));
        Assert.Equal(2, decision.Verdicts.Count);
    }

    [Fact]
    public async Task A_fact_of_the_call_goes_before_the_customers_own_tag()
    {
        await SetAge("grown", 12);
        var request = new RecommendRequest { CustomerId = "grown", PlacementId = "app_home" };
        request.Context["age"] = new Value { IntegerValue = 40 };

        var answer = await _api.Recommendations.RecommendAsync(request);

        Assert.Contains(answer.Recommendations, each => each.ActionId == "fund");
    }

    [Fact]
    public async Task Impressions_use_up_a_cap_and_then_nothing_more_is_said()
    {
        for (var i = 0; i < 2; i++)
        {
            var answer = await Recommend("capped", "app_home", age: 40);
            var action = answer.Recommendations[0].ActionId;
            await Send(Feedback("capped", answer.DecisionId, action, FeedbackType.Impression));
            await Send(Feedback("capped", answer.DecisionId, action, FeedbackType.Click));
        }

        Assert.Empty((await Recommend("capped", "app_home", age: 40)).Recommendations);
        var counter = Assert.Single((await Get("capped")).ContactCounters);
        Assert.Equal((2, 0), (counter.Used, counter.Remaining));
        Assert.NotNull(counter.NextFreeTime);
        var contacts = await _api.Customers.ListCustomerContactsAsync(
            new ListCustomerContactsRequest { CustomerId = "capped", PageSize = 1 });
        Assert.Equal(FeedbackType.Click, Assert.Single(contacts.Contacts).Answer);
        Assert.NotEmpty(contacts.NextPageToken);
    }

    [Fact]
    public async Task A_placement_that_counts_at_the_decision_counts_a_repeated_request_once()
    {
        var request = new RecommendRequest { CustomerId = "texted", PlacementId = "sms_text", RequestId = "r1" };

        var first = await _api.Recommendations.RecommendAsync(request);
        var again = await _api.Recommendations.RecommendAsync(request);

        Assert.Equal(first.DecisionId, again.DecisionId);
        Assert.Equal(first.Recommendations, again.Recommendations);
        Assert.Equal(1, Assert.Single((await Get("texted")).ContactCounters).Used);
    }

    [Fact]
    public async Task A_hundred_callers_at_once_never_exceed_a_cap()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ => await Recommend("crowded", "sms_text")));

        Assert.Equal(2, answers.Sum(answer => answer.Recommendations.Count));
    }

    [Fact]
    public async Task A_refusal_of_marketing_in_a_channel_silences_that_channel_alone()
    {
        await _api.Customers.UpdateConsentAsync(
            new UpdateConsentRequest { CustomerId = "shy", ChannelId = "sms", Purpose = Purpose.Marketing });

        Assert.Empty((await Recommend("shy", "sms_text")).Recommendations);
        Assert.NotEmpty((await Recommend("shy", "app_home")).Recommendations);
        Assert.False(Assert.Single((await Get("shy")).Consents).Granted);
    }

    [Fact, Trait("Category", "Quick")]
    public async Task The_same_event_id_twice_counts_once()
    {
        var login = new Event { EventId = "e1", CustomerId = "twice", EventTypeId = "login" };

        Assert.Equal(EventOutcome.Recorded, (await Send(login)).Outcome);
        Assert.Equal(EventOutcome.Duplicate, (await Send(login)).Outcome);
        Assert.Equal(1, (await Get("twice")).Tags.Single(tag => tag.TagId == "logins").Value.IntegerValue);
    }

    [Fact]
    public async Task Ids_are_taken_as_they_are()
    {
        string[] ids = ["020235", "20235", "0123456789abcdef0123456789abcdef", "a+b/c=", "客户一", new string('x', 64)];
        for (var i = 0; i < ids.Length; i++)
        {
            await SetAge(ids[i], 20 + i);
        }

        for (var i = 0; i < ids.Length; i++)
        {
            Assert.Equal(20 + i, (await Get(ids[i])).Tags.Single(tag => tag.TagId == "age").Value.IntegerValue);
        }
    }

    [Fact]
    public async Task An_increment_with_a_request_id_adds_once_and_the_id_is_bound_to_its_body()
    {
        var request = new UpdateTagsRequest
        {
            CustomerId = "saver", RequestId = "inc",
            Changes = { new TagChange { TagId = "aum", Increment = new Value { DecimalValue = "10.5" } } },
        };

        var first = await _api.Customers.UpdateTagsAsync(request);
        var again = await _api.Customers.UpdateTagsAsync(request);
        Assert.Equal(first.Version, again.Version);
        Assert.Equal("10.5", (await Get("saver")).Tags.Single(tag => tag.TagId == "aum").Value.DecimalValue);

        request.Changes[0].Increment.DecimalValue = "11";
        var fault = await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await _api.Customers.UpdateTagsAsync(request));
        Assert.Equal(Grpc.Core.StatusCode.InvalidArgument, fault.StatusCode);
    }

    [Fact]
    public async Task A_sensitive_tag_is_shown_masked()
    {
        await _api.Customers.UpdateTagsAsync(new UpdateTagsRequest
        {
            CustomerId = "secret",
            Changes = { new TagChange { TagId = "phone", Set = new Value { StringValue = "13800000000" } } },
        });

        Assert.DoesNotContain("13800000000", (await Get("secret")).ToString(), StringComparison.Ordinal);
    }

    private async Task<RecommendResponse> Recommend(string customerId, string placementId, int? age = null)
    {
        var request = new RecommendRequest { CustomerId = customerId, PlacementId = placementId };
        if (age is { } years)
        {
            request.Context["age"] = new Value { IntegerValue = years };
        }

        return await _api.Recommendations.RecommendAsync(request);
    }

    private async Task<Customer> Get(string customerId) =>
        (await _api.Customers.GetCustomerAsync(new GetCustomerRequest { CustomerId = customerId })).Customer;

    private async Task SetAge(string customerId, long age) => await _api.Customers.UpdateTagsAsync(new UpdateTagsRequest
    {
        CustomerId = customerId,
        Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = age } } },
    });

    private async Task<EventResult> Send(Event customerEvent) =>
        (await _api.Events.RecordEventsAsync(new RecordEventsRequest { Events = { customerEvent } })).Results.Single();

    private static Event Feedback(string customerId, string decisionId, string actionId, FeedbackType type) => new()
    {
        EventId = $"{decisionId}-{actionId}-{type}",
        CustomerId = customerId,
        Feedback = new Feedback { DecisionId = decisionId, ActionId = actionId, Type = type },
    };
}

/// <summary>The same asked of a silo.</summary>
[Collection("small bank")]
public sealed class SpineOfSiloTests(SmallBank bank) : EndToEndTests(bank.Silo);

/// <summary>The same asked of a gateway.</summary>
[Collection("small bank by gateway")]
public sealed class SpineOfGatewayTests(SmallBankByGateway bank) : EndToEndTests(bank.Gateway);
