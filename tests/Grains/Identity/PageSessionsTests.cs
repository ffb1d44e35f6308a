using Zhice.Contracts.Identity;

namespace Zhice.Grains.Tests.Identity;

/// <summary>What the cluster keeps of people in browsers.</summary>
public sealed class PageSessionsTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    private static long NowMs => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task A_session_is_found_until_it_ends_is_idle_or_is_over()
    {
        var all = grid.Grains.GetGrain<IPageSessionsGrain>(0);
        Assert.True(await all.Begin(Session("1", "li")));
        Assert.True(await all.Begin(Session("idle", "li") with { UsedAtMs = NowMs - 60_000 }));
        Assert.True(await all.Begin(Session("over", "li") with { UntilMs = NowMs - 1 }));

        Assert.Equal("li", (await all.Find("1"))?.Name);
        Assert.Null(await all.Find("idle"));
        Assert.Null(await all.Find("over"));
        Assert.Null(await all.Find("guessed"));
        Assert.True(await all.End("1"));
        Assert.False(await all.End("1"));
        Assert.Null(await all.Find("1"));
    }

    [Fact]
    public async Task A_person_has_ten_sessions_and_the_one_unused_for_longest_gives_way()
    {
        var all = grid.Grains.GetGrain<IPageSessionsGrain>(1);
        for (var i = 0; i < IPageSessionsGrain.MaxOfPerson; i++)
        {
            Assert.True(await all.Begin(Session($"{i}", "wang") with { UsedAtMs = NowMs - 20_000 + i }));
        }

        Assert.NotNull(await all.Find("0"));
        Assert.True(await all.Begin(Session("other", "zhao")));
        Assert.True(await all.Begin(Session("new", "wang")));

        Assert.NotNull(await all.Find("0"));
        Assert.Null(await all.Find("1"));
        Assert.Equal(IPageSessionsGrain.MaxOfPerson, await all.EndOf("wang"));
        Assert.Null(await all.Find("new"));
        Assert.NotNull(await all.Find("other"));
    }

    [Fact]
    public async Task No_more_sessions_are_kept_than_there_may_be()
    {
        var all = grid.Grains.GetGrain<IPageSessionsGrain>(2);
        for (var i = 0; i < IPageSessionsGrain.MaxSessions; i++)
        {
            Assert.True(await all.Begin(Session($"{i}", $"person {i}")));
        }

        Assert.False(await all.Begin(Session("more", "one more")));
    }

    [Fact]
    public async Task A_key_of_the_sign_in_is_made_once()
    {
        var keys = grid.Grains.GetGrain<ISignInKeysGrain>(ISignInKeysGrain.Key);
        var (first, again) = (Assert.Single(await keys.Get()), Assert.Single(await keys.Get()));

        Assert.Equal((first.Id, 32), (again.Id, first.Secret.Length));
        Assert.Equal(first.Secret, again.Secret);
    }

    private static KeptSession Session(string id, string name) => new(id, name, ["ops"], [], "", NowMs, 60_000, NowMs + 600_000);
}
