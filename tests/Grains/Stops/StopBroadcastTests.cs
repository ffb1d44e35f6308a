using Microsoft.Extensions.DependencyInjection;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Stops;
using Zhice.Domain.Stops;
using Zhice.Grains.Stops;

namespace Zhice.Grains.Tests.Stops;

/// <summary>How silos hear of what is stopped.</summary>
public sealed class StopBroadcastTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    [Fact(Timeout = 60_000), Trait("Category", "Quick")]
    public async Task A_stop_that_another_activation_of_the_board_keeps_is_heeded_too()
    {
        var board = grid.Grains.GetGrain<IStopBroadcastGrain>(IStopBroadcastGrain.Key);
        await board.Set(new(StopKind.Channel, "sms", "li", "", 1));

        // As an activation does on a silo of which that of this board, which was given up, hears nothing.
        var kept = new GrainState<StopsStored>();
        var id = board.GetGrainId();
        await grid.Store.ReadStateAsync("state", id, kept);
        var before = kept.State!.Board!;
        kept.State = new() { Board = before with { Version = before.Version + 1, Stops = [new(StopKind.Marketing, "", "wang", "", 2), .. before.Stops] } };
        await grid.Store.WriteStateAsync("state", id, kept);

        var catalogs = grid.Services.GetRequiredService<ICatalogs>();
        while (catalogs.Current.Stops.FindHolder("", "deposit", "", Domain.Primitives.Purpose.Marketing) is null)
        {
            await Task.Yield();
        }

        Assert.Single((await board.Find()).Stops);
    }

    [Fact]
    public async Task A_lift_that_is_executed_late_leaves_a_later_stop_in_force()
    {
        var board = grid.Grains.GetGrain<IStopBroadcastGrain>("late");
        await board.Set(new(StopKind.Channel, "sms", "li", "sends twice", 1));
        Assert.True((await board.LiftSetAt(new(StopKind.Channel, "sms", "li", "", 1))).IsChanged);
        await board.Set(new(StopKind.Channel, "sms", "li", "sends twice again, by a host whose clock is behind", 1));

        Assert.False((await board.LiftSetAt(new(StopKind.Channel, "sms", "li", "", 1))).IsChanged);

        var kept = await board.Find();
        Assert.Equal(2, Assert.Single(kept.Stops).AtMs);
        Assert.Equal([true, false, true], kept.Log.Select(static entry => entry.IsSet));
    }
}
