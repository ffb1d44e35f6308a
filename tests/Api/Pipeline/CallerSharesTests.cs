using System.Collections.Frozen;
using Microsoft.Extensions.Time.Testing;
using Zhice.Api.Calls;
using Zhice.Api.Identity;
using Zhice.Api.Pipeline;

namespace Zhice.Api.Tests.Pipeline;

/// <summary>What one caller may take of what all share.</summary>
public sealed class CallerSharesTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_caller_has_its_part_of_a_gate_and_others_have_theirs()
    {
        var shares = new CallerShares(new() { MaxPercentOfCaller = 50 }, _clock);
        var taken = Enumerable.Range(0, 10).Select(_ => shares.TryEnter(Create("flood"), CallClass.Read, 10)).ToList();

        Assert.Equal(5, taken.Count(static share => share is not null));
        Assert.NotNull(shares.TryEnter(Create("flood"), CallClass.Recommend, 10));
        Assert.NotNull(shares.TryEnter(Create("quiet"), CallClass.Read, 10));

        taken[0]!.Leave((int)CallClass.Read);
        Assert.NotNull(shares.TryEnter(Create("flood"), CallClass.Read, 10));
        Assert.Null(shares.TryEnter(Create("flood"), CallClass.Read, 10));
    }

    [Fact]
    public void A_caller_begins_a_seconds_worth_at_once_and_then_as_many_as_it_may()
    {
        var shares = new CallerShares(new() { MaxCallsPerSecond = 100 }, _clock);
        Assert.Equal(100, CountTaken(shares, "flood", 1_000));
        Assert.Equal(10, CountTaken(shares, "quiet", 10));

        _clock.Advance(TimeSpan.FromMilliseconds(500));

        Assert.Equal(50, CountTaken(shares, "flood", 1_000));
    }

    [Fact]
    public void A_gate_of_one_place_lets_every_caller_in() =>
        Assert.NotNull(new CallerShares(new() { MaxPercentOfCaller = 1 }, _clock).TryEnter(Create("li"), CallClass.Bulk, 1));

    private static int CountTaken(CallerShares shares, string name, int calls) => Enumerable.Range(0, calls).Count(_ =>
    {
        var share = shares.TryEnter(Create(name), CallClass.Read, 1_000_000);
        share?.Leave((int)CallClass.Read);
        return share is not null;
    });

    private static Caller Create(string name) => new(name, Roles.App, FrozenSet<string>.Empty, new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
}
