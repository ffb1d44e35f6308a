using System.Collections.Frozen;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Zhice.Api.Identity;
using Zhice.Contracts.Identity;

namespace Zhice.Api.Tests.Identity;

/// <summary>Who is refused though the identity has not ended.</summary>
public sealed class RevocationsTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_caller_is_refused_by_name_and_a_token_by_its_id_until_the_revocation_ends()
    {
        using var revocations = new Revocations(null!, _clock, NullLogger<Revocations>.Instance);
        Assert.False(revocations.Has(Create("li", "t1")));

        var nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        revocations.Take(
        [
            new(RevocationKind.Caller, "li", "wang", "left", nowMs, 0), new(RevocationKind.Token, "t2", "wang", "stolen", nowMs, nowMs + 60_000),
        ]);

        Assert.True(revocations.Has(Create("li", "")));
        Assert.True(revocations.Has(Create("zhao", "t2")));
        Assert.False(revocations.Has(Create("zhao", "li")));
        Assert.False(revocations.Has(Create("t2", "t3")));

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(revocations.Has(Create("zhao", "t2")));
        Assert.True(revocations.Has(Create("li", "t9")));

        revocations.Take([]);
        Assert.False(revocations.Has(Create("li", "")));
    }

    private static Caller Create(string name, string tokenId) =>
        new(name, Roles.Agent, FrozenSet<string>.Empty, DateTimeOffset.MaxValue) { TokenId = tokenId };
}
