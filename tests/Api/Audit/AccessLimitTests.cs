using Microsoft.Extensions.Time.Testing;
using Zhice.Api.Audit;

namespace Zhice.Api.Tests.Audit;

/// <summary>A flood of refused calls fills no store, and is counted.</summary>
public sealed class AccessLimitTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));

    [Fact]
    public void Each_source_has_ten_a_minute_and_the_rest_is_counted_with_the_next_one()
    {
        var limit = new AccessLimit(_clock);
        var taken = Enumerable.Range(0, 50).Count(_ => limit.TryTake(new("li", "10.0.0.1"), out var _));
        Assert.Equal(AccessLimit.MaxOfSource, taken);
        Assert.True(limit.TryTake(new("wang", "10.0.0.1"), out var none));
        Assert.Equal(0, none);

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(limit.TryTake(new("li", "10.0.0.1"), out var unrecorded));
        Assert.Equal(40, unrecorded);
    }

    [Fact]
    public void A_flood_from_a_hundred_thousand_addresses_is_bounded_and_no_refusal_is_lost_from_the_counts()
    {
        var limit = new AccessLimit(_clock);
        var taken = Enumerable.Range(0, 100_000).Count(i => limit.TryTake(new("", $"10.0.{i >> 8}.{i & 255}"), out _));
        Assert.Equal(AccessLimit.MaxOfAll, taken);

        var counted = 0L;
        while (limit.TakeUnrecorded() is { Count: > 0 } some)
        {
            Assert.InRange(some.Count, 1, AccessLimit.MaxOfAll);
            counted += some.Sum(static source => source.Unrecorded);
        }

        Assert.Equal(100_000, taken + counted);
    }
}
