using System.Collections.Frozen;
using Microsoft.Extensions.Time.Testing;
using Zhice.Api.Identity;

namespace Zhice.Api.Tests.Identity;

/// <summary>Tokens that are known again.</summary>
public sealed class TokenCacheTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_token_is_known_until_it_ends()
    {
        var cache = new TokenCache(10, _clock);
        cache.Add(Hash("a"), Create("li", TimeSpan.FromMinutes(1)));
        Assert.Equal("li", cache.Find(Hash("a"))?.Name);
        Assert.Null(cache.Find(Hash("b")));

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(cache.Find(Hash("a")));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void It_keeps_no_more_than_its_capacity_and_forgets_first_what_ended()
    {
        var cache = new TokenCache(100, _clock);
        for (var i = 0; i < 90; i++)
        {
            cache.Add(Hash($"old {i}"), Create("old", TimeSpan.FromMinutes(1)));
        }

        cache.Add(Hash("kept"), Create("kept", TimeSpan.FromHours(1)));
        _clock.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 20; i++)
        {
            cache.Add(Hash($"new {i}"), Create("new", TimeSpan.FromHours(1)));
        }

        Assert.Equal("kept", cache.Find(Hash("kept"))?.Name);
        for (var i = 0; i < 1_000; i++)
        {
            cache.Add(Hash($"more {i}"), Create("more", TimeSpan.FromHours(1)));
            Assert.InRange(cache.Count, 1, 100);
        }
    }

    [Fact]
    public void A_header_that_came_a_moment_ago_is_known_whole_and_until_its_token_ends()
    {
        var cache = new TokenCache(10, _clock);
        cache.AddRecent("Bearer a.b.signature", Create("li", TimeSpan.FromMinutes(1)));
        Assert.Equal("li", cache.FindRecent("Bearer a.b.signature")?.Name);
        Assert.Null(cache.FindRecent("Bearer a.c.signature"));
        Assert.Null(cache.FindRecent(""));

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(cache.FindRecent("Bearer a.b.signature"));
    }

    [Fact]
    public void Tokens_that_cannot_be_tokens_have_no_hash()
    {
        Assert.False(TokenHash.TryCompute("", out _));
        Assert.False(TokenHash.TryCompute("naïve", out _));
        Assert.False(TokenHash.TryCompute(new string('a', TokenHash.MaxChars + 1), out _));
        Assert.NotEqual(Hash("a"), Hash("b"));
    }

    private static TokenHash Hash(string token)
    {
        Assert.True(TokenHash.TryCompute(token, out var hash));
        return hash;
    }

    private Caller Create(string name, TimeSpan life) => new(name, Roles.App, FrozenSet<string>.Empty, _clock.GetUtcNow() + life);
}
