using Zhice.Contracts.Identity;

namespace Zhice.Grains.Tests.Identity;

/// <summary>What the cluster keeps of revocations.</summary>
public sealed class RevocationsTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    private static long NowMs => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task A_revocation_is_kept_once_until_it_is_lifted_or_ends()
    {
        var all = grid.Grains.GetGrain<IRevocationsGrain>("one");
        Assert.True(await all.Revoke(new(RevocationKind.Caller, "li", "wang", "left", NowMs, 0)));
        Assert.True(await all.Revoke(new(RevocationKind.Token, "li", "wang", "stolen", NowMs, NowMs + 60_000)));
        Assert.True(await all.Revoke(new(RevocationKind.Caller, "li", "wang", "again", NowMs, 0)));
        Assert.True(await all.Revoke(new(RevocationKind.Caller, "zhao", "wang", "over", NowMs, NowMs - 1)));

        Assert.Equal(["again", "stolen"], (await all.All()).Select(static each => each.Reason));
        Assert.True(await all.Lift(RevocationKind.Caller, "li"));
        Assert.False(await all.Lift(RevocationKind.Caller, "li"));
        Assert.Equal(["stolen"], (await all.All()).Select(static each => each.Reason));
    }

    [Fact]
    public async Task A_lift_that_is_executed_late_leaves_a_later_revocation_in_force()
    {
        var all = grid.Grains.GetGrain<IRevocationsGrain>("late");
        Assert.True(await all.Revoke(new(RevocationKind.Caller, "li", "wang", "left", 1, 0)));
        Assert.True(await all.LiftMadeAt(RevocationKind.Caller, "li", 1));
        Assert.True(await all.Revoke(new(RevocationKind.Caller, "li", "wang", "left again", 2, 0)));

        Assert.False(await all.LiftMadeAt(RevocationKind.Caller, "li", 1));

        Assert.Equal("left again", Assert.Single(await all.All()).Reason);
    }

    [Fact]
    public async Task A_lock_out_takes_the_place_of_no_revocation_and_leaves_room_for_others()
    {
        var all = grid.Grains.GetGrain<IRevocationsGrain>("locks");
        Assert.True(await all.Revoke(new(RevocationKind.Caller, "li", "wang", "left", NowMs, 0)));
        Assert.False(await all.LockOut(new(RevocationKind.Caller, "li", "(lock-out)", "refused", NowMs, NowMs + 60_000)));
        Assert.Equal(0, Assert.Single(await all.All()).UntilMs);

        for (var i = 1; i < IRevocationsGrain.MaxCount / 2; i++)
        {
            Assert.True(await all.LockOut(new(RevocationKind.Caller, $"caller {i}", "(lock-out)", "refused", NowMs, NowMs + 600_000)));
        }

        Assert.False(await all.LockOut(new(RevocationKind.Caller, "one more", "(lock-out)", "refused", NowMs, NowMs + 600_000)));
        Assert.True(await all.Revoke(new(RevocationKind.Caller, "zhao", "wang", "left", NowMs, 0)));
    }
}
