using Microsoft.Extensions.Logging.Abstractions;
using Zhice.Api;
using Zhice.Api.Events;
using Zhice.Contracts.Customers;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.V1;

namespace Zhice.Api.Tests.Events;

[Collection("grid")]
public sealed class CustomerLanesTests(Grid grid)
{
    [Fact]
    public async Task An_event_that_the_store_never_takes_is_refused_alone_and_the_stream_goes_on()
    {
        grid.Store.Refused[grid.Grains.GetGrain<ICustomerGrain>("poisoned").GetGrainId()] = true;
        var lanes = new CustomerLanes(grid.Grains, new ApiOptions(), TimeProvider.System, NullLogger.Instance, default);
        PendingEvent[] bad = [Event("b1"), Event("b2"), Event("b3")];
        var good = Event("g1");
        foreach (var pending in bad)
        {
            lanes.Enqueue("poisoned", pending);
        }

        foreach (var pending in bad)
        {
            var result = await pending.Result;
            Assert.Equal(V1.EventOutcome.Refused, result.Outcome);
            Assert.Equal("STATE_REFUSED", result.Error.Details[0].Unpack<Google.Rpc.ErrorInfo>().Reason);
        }

        lanes.Enqueue("healthy", good);
        Assert.Equal(V1.EventOutcome.Recorded, (await good.Result).Outcome);
        await lanes.DrainAsync();
    }

    [Fact]
    public async Task A_fault_that_nobody_foresaw_is_tried_once_more_for_each_event_of_its_customer()
    {
        var customer = grid.Grains.GetGrain<ICustomerGrain>("stumbled");
        grid.Store.FailNextWrite(customer.GetGrainId(), Fault.NotWritten);
        var lanes = new CustomerLanes(grid.Grains, new ApiOptions(), TimeProvider.System, NullLogger.Instance, default);
        PendingEvent[] events = [.. Enumerable.Range(0, 20).Select(static n => $"e{n}").Select(Event)];
        foreach (var pending in events)
        {
            lanes.Enqueue("stumbled", pending);
        }

        var results = await Task.WhenAll(events.Select(static pending => pending.Result));
        Assert.InRange(results.Count(static result => result.Outcome == V1.EventOutcome.Recorded), 19, 20);
        Assert.All(results.Where(static result => result.Error is not null), static result => Assert.Equal("e0", result.EventId));
    }

    private PendingEvent Event(string id) => new(id, new CustomerEvent
    {
        Id = id, Type = grid.Catalogs.First().Current.Symbols.Find(SymbolKind.EventType, "login"),
        AtMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
    });
}
