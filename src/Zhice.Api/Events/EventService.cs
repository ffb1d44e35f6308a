using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Domain.Customers;
using Zhice.V1;

namespace Zhice.Api.Events;

/// <summary>What customers did.</summary>
internal sealed class EventService(EventIntake intake, EventWriter writer, EventStreams streams, IHostApplicationLifetime lifetime)
    : V1.EventService.EventServiceBase
{
    private const int MaxEvents = 1000;

    [Call(CallClass.Write, Roles.App | Roles.Agent, Repeat = RepeatRule.Always, Audit = AuditRule.None)]
    public override async Task<RecordEventsResponse> RecordEvents(RecordEventsRequest request, ServerCallContext context)
    {
        var count = request.Events.Count;
        var check = new RequestCheck();
        if (count is 0 or > MaxEvents)
        {
            check.Add(
                "events", count == 0 ? FieldReasons.Required : FieldReasons.TooMany, $"has {count} entries; 1 to {MaxEvents} are allowed");
            check.ThrowIfAny();
        }

        var customerIds = new string[count];
        var events = new CustomerEvent[count];
        for (var i = 0; i < count; i++)
        {
            check.Enter("events", i);
            customerIds[i] = request.Events[i].CustomerId;
            events[i] = intake.Read(request.Events[i], check)!;
        }

        check.ThrowIfAny();
        var outcomes = await writer.WriteAsync(customerIds, events, context.CancellationToken);
        var response = new RecordEventsResponse();
        response.Results.Capacity = count;
        for (var i = 0; i < count; i++)
        {
            response.Results.Add(EventResults.Create(events[i].Id, outcomes[i], i));
        }

        return response;
    }

    // An event has properties of 16 KiB at the most.
    [Call(CallClass.Stream, Roles.App | Roles.Data, MaxMessageBytes = 64 << 10)]
    public override async Task StreamEvents(
        IAsyncStreamReader<StreamEventsRequest> requestStream,
        IServerStreamWriter<StreamEventsResponse> responseStream,
        ServerCallContext context)
    {
        using var stream = streams.Open();
        await stream.RunAsync(requestStream, responseStream, lifetime.ApplicationStopping, context.CancellationToken);
    }
}
