using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Zhice.Api.Identity;
using Zhice.Contracts.Identity;

namespace Zhice.Api.Tests.Identity;

/// <summary>Calls that may last, and callers who are no longer accepted meanwhile.</summary>
public sealed class OpenStreamsTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero));
    private readonly Revocations _revocations;
    private readonly PageSessions _sessions;
    private readonly OpenStreams _streams;

    public OpenStreamsTests()
    {
        var kept = new FakePageSessions(_clock);
        _sessions = new(new() { ClientId = "console" }, _ => kept, _clock);
        _revocations = new(null!, _clock, NullLogger<Revocations>.Instance);
        _streams = new(_revocations, _sessions, _clock);
    }

    [Fact]
    public void A_stream_ends_when_its_caller_is_revoked_and_those_of_others_go_on()
    {
        var (li, wang) = (Open(Create("li")), Open(Create("wang")));
        _streams.EndOver();
        Assert.False(li.RequestAborted.IsCancellationRequested);

        _revocations.Take([new(RevocationKind.Caller, "li", "guard", "left", 0, 0)]);
        _streams.EndOver();

        Assert.True(li.RequestAborted.IsCancellationRequested);
        Assert.Equal(StreamEnd.Revoked, li.Features.Get<OpenStream>()?.Why);
        Assert.False(wang.RequestAborted.IsCancellationRequested);
    }

    [Fact]
    public void A_stream_ends_with_the_identity_of_its_caller()
    {
        var li = Open(Create("li") with { Expires = _clock.GetUtcNow().AddMinutes(5) });
        _clock.Advance(TimeSpan.FromMinutes(4));
        _streams.EndOver();
        Assert.False(li.RequestAborted.IsCancellationRequested);

        _clock.Advance(TimeSpan.FromMinutes(1));
        _streams.EndOver();
        Assert.Equal(StreamEnd.Expired, li.Features.Get<OpenStream>()?.Why);
    }

    [Fact]
    public async Task A_stream_of_a_page_ends_with_the_sign_out()
    {
        var cookie = await _sessions.BeginAsync(Create("li"));
        var page = Open(Create("li"), cookie);
        _streams.EndOver();
        Assert.False(page.RequestAborted.IsCancellationRequested);

        await _sessions.EndAsync(page);
        _streams.EndOver();
        Assert.Equal(StreamEnd.SignedOut, page.Features.Get<OpenStream>()?.Why);
    }

    [Fact]
    public void A_stream_whose_client_does_not_read_is_cut_off()
    {
        var aborted = new Lifetime();
        var li = new DefaultHttpContext();
        li.Features.Set<IHttpRequestLifetimeFeature>(aborted);
        _streams.Add(li, Create("li"));
        _revocations.Take([new(RevocationKind.Caller, "li", "guard", "left", 0, 0)]);
        _streams.EndOver();
        _streams.EndOver();
        Assert.False(aborted.IsAborted);

        _clock.Advance(TimeSpan.FromSeconds(3));
        _streams.EndOver();
        Assert.True(aborted.IsAborted);
    }

    public void Dispose()
    {
        _streams.Dispose();
        _revocations.Dispose();
    }

    private DefaultHttpContext Open(Caller caller, string? cookie = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = cookie is null ? "" : $"{PageSessions.Cookie}={cookie}";
        _streams.Add(context, caller);
        return context;
    }

    private Caller Create(string name) => new(name, Roles.Operator, FrozenSet<string>.Empty, _clock.GetUtcNow().AddHours(8));

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
