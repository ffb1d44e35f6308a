using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>Whatever comes in: the right code, the field and the reason; the process lives on.</summary>
public abstract class BadInputTests
{
    private readonly ServiceProcess _api;

    private protected BadInputTests(ServiceProcess service) => _api = service;

    [Fact, Trait("Category", "Quick")]
    public Task An_unknown_placement_is_not_found() => Refused(
        () => Recommend(new() { CustomerId = "c", PlacementId = "app_hom" }), StatusCode.NotFound, "PLACEMENT_NOT_FOUND");

    [Theory]
    [InlineData("")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    [InlineData("客户客户客户客户客户客户客户客户客户客户客户")]
    public Task An_id_that_is_empty_or_over_64_bytes_is_refused(string id) => Refused(
        () => Recommend(new() { CustomerId = id, PlacementId = "app_home" }), StatusCode.InvalidArgument, null, "customer_id");

    [Theory]
    [InlineData("   ", "must not begin or end with a space")]
    [InlineData("c ", "must not begin or end with a space")]
    [InlineData("c\u00A0d", "U+00A0")]
    [InlineData("c\u200Bd", "cannot be seen")]
    [InlineData("c\td", "control character")]
    public async Task An_id_of_white_space_or_of_what_cannot_be_seen_is_refused_at_every_door(string id, string reason)
    {
        await Refused(
            () => Recommend(new() { CustomerId = id, PlacementId = "app_home" }), StatusCode.InvalidArgument, null, "customer_id", reason);
        await Refused(
            async () =>
                await _api.Customers.UpdateTagsAsync(
                    new() { CustomerId = id, Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 3 } } } }),
            StatusCode.InvalidArgument, null, "customer_id", reason);
        await Refused(
            async () => await _api.Customers.UpdateConsentAsync(new() { CustomerId = id, ChannelId = "sms", Purpose = Purpose.Marketing }),
            StatusCode.InvalidArgument, null, "customer_id", reason);
        await Refused(
            () =>
                Record(new Event { EventId = "e", CustomerId = id, EventTypeId = "login" }), StatusCode.InvalidArgument, null,
                "events[0].customer_id", reason);
        await Refused(
            () =>
                Record(new Event { EventId = id, CustomerId = "c", EventTypeId = "login" }), StatusCode.InvalidArgument, null,
                "events[0].event_id", reason);
        await Refused(
            async () =>
            {
                using var upload = _api.Audiences.UploadAudience();
                await upload.RequestStream.WriteAsync(new() { Audience = new() { AudienceId = "odd" }, CustomerIds = { id } });
                await upload.RequestStream.CompleteAsync();
                await upload;
            },
            StatusCode.InvalidArgument, null, "customer_ids[0]", reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(10_000)]
    public Task A_limit_out_of_range_is_refused(int limit) => Refused(
        () => Recommend(new() { CustomerId = "c", PlacementId = "app_home", Limit = limit }), StatusCode.InvalidArgument, null, "limit");

    [Fact]
    public Task A_context_value_of_the_wrong_type_is_refused()
    {
        var request = new RecommendRequest { CustomerId = "c", PlacementId = "app_home" };
        request.Context["age"] = new Value { StringValue = "thirty" };
        return Refused(() => Recommend(request), StatusCode.InvalidArgument, null, "context[\"age\"]");
    }

    [Fact]
    public Task An_unknown_tag_is_refused_with_the_nearest_known_one() => Refused(
        () => UpdateTags(new TagChange { TagId = "agee", Set = new Value { IntegerValue = 3 } }),
        StatusCode.InvalidArgument, null, "changes[0].tag_id", "'age'");

    [Fact]
    public Task A_live_tag_cannot_be_written() => Refused(
        () => UpdateTags(new TagChange { TagId = "logins", Set = new Value { IntegerValue = 3 } }),
        StatusCode.InvalidArgument, null, "changes[0].tag_id");

    [Fact]
    public async Task One_wrong_change_changes_nothing()
    {
        await Refused(
            () => UpdateTags(
                new TagChange { TagId = "age", Set = new Value { IntegerValue = 3 } },
                new TagChange { TagId = "aum", Set = new Value { DecimalValue = "1.23456" } }),
            StatusCode.InvalidArgument, null, "changes[1].set");
        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
            await _api.Customers.GetCustomerAsync(new GetCustomerRequest { CustomerId = "bad" }));
        Assert.Equal(StatusCode.NotFound, fault.StatusCode);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(-3 * 365 * 24 * 60)]
    public Task An_event_in_the_future_or_years_old_is_refused(int minutes) => Refused(
        () => Record(new() { EventId = "e", CustomerId = "c", EventTypeId = "login", EventTime = DateTimeOffset.UtcNow.AddMinutes(minutes).ToTimestamp() }),
        StatusCode.InvalidArgument, null, "events[0].event_time");

    [Fact]
    public Task An_event_of_an_unknown_kind_is_refused() => Refused(
        () => Record(new() { EventId = "e", CustomerId = "c", EventTypeId = "logon" }),
        StatusCode.InvalidArgument, null, "events[0].event_type_id", "'login'");

    [Fact]
    public Task A_megabyte_of_properties_is_refused()
    {
        var customerEvent = new Event { EventId = "e", CustomerId = "c", EventTypeId = "login" };
        customerEvent.Properties["note"] = new Value { StringValue = new string('x', 1 << 20) };
        return Refused(() => Record(customerEvent), StatusCode.InvalidArgument, null, "events[0].properties");
    }

    [Fact]
    public Task Feedback_on_another_customers_decision_is_refused() => Refused(
        async () =>
        {
            var mine = await _api.Recommendations.RecommendAsync(new RecommendRequest { CustomerId = "mine", PlacementId = "app_home" });
            await _api.Events.RecordEventsAsync(new RecordEventsRequest
            {
                Events =
                {
                    new Event
                    {
                        EventId = "f", CustomerId = "yours",
                        Feedback = new Feedback { DecisionId = mine.DecisionId, ActionId = "deposit", Type = FeedbackType.Click },
                    },
                },
            });
        },
        StatusCode.InvalidArgument, null, "events[0].feedback.decision_id");

    [Fact]
    public async Task Text_that_is_no_utf8_is_refused_as_an_invalid_argument()
    {
        var method = new Method<byte[], byte[]>(
            MethodType.Unary, "zhice.v1.RecommendationService", "Recommend", Marshallers.Create(bytes => bytes, bytes => bytes),
            Marshallers.Create(bytes => bytes, bytes => bytes));
        byte[] notUtf8 = [0x0A, 0x02, 0xC3, 0x28, 0x12, 0x08, .. "app_home"u8];

        using var call = _api.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, notUtf8);
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        Assert.NotNull(fault.GetRpcStatus()?.GetDetail<ErrorInfo>());
        await StillAlive();
    }

    [Fact]
    public async Task A_deadline_of_a_millisecond_leaves_the_outcome_unknown_and_a_repeat_counts_once()
    {
        var request = new RecommendRequest { CustomerId = "late", PlacementId = "sms_text", RequestId = "late" };
        for (var i = 0; i < 20; i++)
        {
            try
            {
                await _api.Recommendations.RecommendAsync(request, deadline: DateTime.UtcNow.AddMilliseconds(1));
            }
            catch (RpcException fault)
            {
                Assert.Equal(StatusCode.DeadlineExceeded, fault.StatusCode);
            }
        }

        await _api.Recommendations.RecommendAsync(request);
        var customer = (await _api.Customers.GetCustomerAsync(new GetCustomerRequest { CustomerId = "late" })).Customer;
        Assert.Equal(1, Assert.Single(customer.ContactCounters).Used);
        await StillAlive();
    }

    [Fact]
    public async Task A_stream_that_is_cut_half_way_loses_nothing_that_was_acknowledged()
    {
        using (var stream = _api.Events.StreamEvents())
        {
            for (var i = 0; i < 100; i++)
            {
                await stream.RequestStream.WriteAsync(new StreamEventsRequest
                {
                    Event = new Event { EventId = $"cut-{i}", CustomerId = "cut", EventTypeId = "login" },
                });
            }

            Assert.True(await stream.ResponseStream.MoveNext());
            Assert.Equal("cut-0", stream.ResponseStream.Current.Result.EventId);
        }

        var customer = (await _api.Customers.GetCustomerAsync(new GetCustomerRequest { CustomerId = "cut" })).Customer;
        Assert.InRange(customer.Tags.Single(tag => tag.TagId == "logins").Value.IntegerValue, 1, 100);
        await StillAlive();
    }

    [Fact]
    public async Task A_wrong_event_in_a_stream_is_refused_and_the_stream_goes_on()
    {
        using var stream = _api.Events.StreamEvents();
        foreach (var type in new[] { "login", "nonsense", "login" })
        {
            await stream.RequestStream.WriteAsync(new StreamEventsRequest
            {
                Event = new Event { EventId = Guid.NewGuid().ToString(), CustomerId = "mixed", EventTypeId = type },
            });
        }

        await stream.RequestStream.CompleteAsync();
        var outcomes = new List<EventOutcome>();
        await foreach (var answer in stream.ResponseStream.ReadAllAsync())
        {
            outcomes.Add(answer.Result.Outcome);
        }

        Assert.Equal([EventOutcome.Recorded, EventOutcome.Refused, EventOutcome.Recorded], outcomes);
    }

    [Fact]
    public async Task A_faulty_catalogue_is_refused_with_every_path_and_changes_nothing()
    {
        var before = await _api.Catalog.GetCatalogAsync(new GetCatalogRequest());
        var faulty = before.Catalog.Clone();
        faulty.Actions[0].Eligibility[0].Expression = "tags.agee >= 18";
        faulty.Actions[1].CategoryId = "welth";
        faulty.ContactCaps[0].Limit = 0;

        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
            await _api.Catalog.ApplyCatalogAsync(new ApplyCatalogRequest { Catalog = faulty }));

        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        var paths = fault.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(violation => violation.Field).ToList();
        Assert.Contains("catalog.actions[0].eligibility[0].expression", paths);
        Assert.Contains("catalog.actions[1].category_id", paths);
        Assert.Contains("catalog.contact_caps[0].limit", paths);
        Assert.Equal(before.Version, (await _api.Catalog.GetCatalogAsync(new GetCatalogRequest())).Version);
    }

    [Fact]
    public async Task A_stale_etag_is_aborted_so_that_no_edit_is_lost()
    {
        var catalog = (await _api.Catalog.GetCatalogAsync(new GetCatalogRequest())).Catalog;

        await Refused(
            async () => await _api.Catalog.ApplyCatalogAsync(new ApplyCatalogRequest { Catalog = catalog, Etag = "0-stale" }),
            StatusCode.Aborted, "STALE_ETAG");
    }

    private async Task Recommend(RecommendRequest request) => await _api.Recommendations.RecommendAsync(request);

    private async Task UpdateTags(params TagChange[] changes) =>
        await _api.Customers.UpdateTagsAsync(new UpdateTagsRequest { CustomerId = "bad", Changes = { changes } });

    private async Task Record(Event customerEvent) =>
        await _api.Events.RecordEventsAsync(new RecordEventsRequest { Events = { customerEvent } });

    private async Task Refused(Func<Task> call, StatusCode code, string? reason, string? path = null, string? hint = null)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, fault.StatusCode);
        var status = fault.GetRpcStatus()!;
        Assert.Single(status.Details, detail => detail.Is(ErrorInfo.Descriptor));
        var info = status.GetDetail<ErrorInfo>()!;
        Assert.Equal("zhice.v1", info.Domain);
        if (reason is not null)
        {
            Assert.Equal(reason, info.Reason);
        }

        if (path is not null)
        {
            var violation = Assert.Single(status.GetDetail<BadRequest>()!.FieldViolations, each => each.Field == path);
            Assert.Contains(hint ?? "", violation.Description, StringComparison.Ordinal);
        }

        await StillAlive();
    }

    private async Task StillAlive()
    {
        Assert.True(_api.IsAlive);
        await _api.Recommendations.RecommendAsync(new RecommendRequest { CustomerId = "alive", PlacementId = "app_home" });
    }
}

/// <summary>The same asked of a silo.</summary>
[Collection("small bank")]
public sealed class BadInputOfSiloTests(SmallBank bank) : BadInputTests(bank.Silo);

/// <summary>The same asked of a gateway.</summary>
[Collection("small bank by gateway")]
public sealed class BadInputOfGatewayTests(SmallBankByGateway bank) : BadInputTests(bank.Gateway);
