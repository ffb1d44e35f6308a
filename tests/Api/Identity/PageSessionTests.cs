using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Zhice.Api.Identity;

namespace Zhice.Api.Tests.Identity;

/// <summary>Sessions of people in browsers.</summary>
public sealed class PageSessionTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero));
    private readonly PageSessions _sessions;

    public PageSessionTests() => _sessions = new(new() { IdleTimeout = TimeSpan.FromMinutes(15) }, _clock);

    [Fact]
    public void A_session_lasts_while_it_is_used_and_ends_when_it_is_idle()
    {
        var value = Begin(TimeSpan.FromHours(8));
        for (var i = 0; i < 4; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(14));
            Assert.Equal("li", _sessions.Find(Request("GET", value))?.Caller.Name);
        }

        _clock.Advance(TimeSpan.FromMinutes(15));

        Assert.Null(_sessions.Find(Request("GET", value)));
        Assert.Equal(IdentityFault.Missing, _sessions.Authenticate(Request("GET", value)).Fault);
    }

    [Fact]
    public void A_session_ends_in_any_case_and_at_the_sign_out()
    {
        var (over, out_) = (Begin(TimeSpan.FromMinutes(10)), Begin(TimeSpan.FromHours(8)));
        _sessions.End(Request("POST", out_));
        Assert.Null(_sessions.Find(Request("GET", out_)));

        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(_sessions.Find(Request("GET", over)));
    }

    [Theory]
    [InlineData("GET", "", IdentityFault.None)]
    [InlineData("HEAD", "", IdentityFault.None)]
    [InlineData("POST", "", IdentityFault.NoAntiForgery)]
    [InlineData("DELETE", "guessed", IdentityFault.NoAntiForgery)]
    [InlineData("POST", "right", IdentityFault.None)]
    internal void What_changes_something_repeats_the_header_of_the_session(string method, string header, IdentityFault expected)
    {
        var value = Begin(TimeSpan.FromHours(1));
        var request = Request(method, value);
        if (header.Length > 0)
        {
            request.Request.Headers[PageSessions.AntiForgeryHeader] = header == "right" ? _sessions.Find(request)!.AntiForgery : header;
        }

        Assert.Equal(expected, _sessions.Authenticate(request).Fault);
    }

    private string Begin(TimeSpan life) => _sessions.Begin(new("li", Roles.Ops, FrozenSet<string>.Empty, _clock.GetUtcNow() + life))!;

    private static DefaultHttpContext Request(string method, string cookie)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Headers.Cookie = $"{PageSessions.Cookie}={cookie}";
        return context;
    }
}
