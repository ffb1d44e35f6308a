using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Zhice.Api.Identity;
using Zhice.Contracts.Identity;

namespace Zhice.Api.Tests.Identity;

/// <summary>Callers who are refused too often.</summary>
public sealed class LockOutsTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero));
    private readonly KeptRevocations _kept = new();
    private readonly LockOuts _locks;

    public LockOutsTests() =>
        _locks = new(_ => _kept, new() { MaxRefusals = 5, LockOutTime = TimeSpan.FromMinutes(5) }, _clock, NullLogger<LockOuts>.Instance);

    [Fact]
    public void A_caller_who_is_refused_too_often_in_a_minute_is_locked_out_once_and_for_a_time()
    {
        Refuse("mallory", 5);
        Assert.Empty(_kept.LockedOut);

        Refuse("mallory", 50);
        var lockOut = Assert.Single(_kept.LockedOut);
        Assert.Equal(("mallory", "(lock-out)", RevocationKind.Caller), (lockOut.Id, lockOut.Actor, lockOut.Kind));
        Assert.Equal(_clock.GetUtcNow().AddMinutes(5).ToUnixTimeMilliseconds(), lockOut.UntilMs);
    }

    [Fact]
    public void Refusals_of_different_minutes_and_of_others_are_not_added_up()
    {
        for (var i = 0; i < 10; i++)
        {
            Refuse("li", 5);
            Refuse($"other {i}", 5);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Empty(_kept.LockedOut);
    }

    [Fact]
    public void Programs_that_serve_customers_are_not_locked_out()
    {
        Refuse("the app", 100, Roles.App);
        Refuse("sms gateway", 100, Roles.Channel);
        Assert.Empty(_kept.LockedOut);
    }

    [Fact]
    public void What_many_callers_make_takes_no_more_memory_than_ten_thousand()
    {
        for (var i = 0; i < 12_000; i++)
        {
            Refuse($"caller {i}", 1);
        }

        Refuse("caller 11999", 100);
        Assert.Empty(_kept.LockedOut);
        Refuse("caller 1", 100);
        Assert.Single(_kept.LockedOut);
    }

    private void Refuse(string name, int times, Roles roles = Roles.Analyst)
    {
        for (var i = 0; i < times; i++)
        {
            _locks.Count(new(name, roles, FrozenSet<string>.Empty, _clock.GetUtcNow().AddHours(1)));
        }
    }

    private sealed class KeptRevocations : IRevocationsGrain
    {
        public List<Revocation> LockedOut { get; } = [];

        public ValueTask<bool> Revoke(Revocation revocation) => throw new NotSupportedException();

        public ValueTask<bool> LockOut(Revocation revocation)
        {
            LockedOut.Add(revocation);
            return new(true);
        }

        public ValueTask<bool> Lift(RevocationKind kind, string id) => throw new NotSupportedException();

        public ValueTask<bool> LiftMadeAt(RevocationKind kind, string id, long atMs) => throw new NotSupportedException();

        public ValueTask<ImmutableArray<Revocation>> All() => throw new NotSupportedException();
    }
}
