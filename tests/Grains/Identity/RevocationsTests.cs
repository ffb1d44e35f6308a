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
}
