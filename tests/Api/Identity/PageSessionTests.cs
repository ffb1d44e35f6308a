using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Zhice.Api.Identity;

namespace Zhice.Api.Tests.Identity;

/// <summary>Sessions of people in browsers, at two hosts of a cluster.</summary>
public sealed class PageSessionTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero));
    private readonly FakePageSessions _kept;
    private readonly PageSessions _one;
    private readonly PageSessions _other;

    public PageSessionTests()
    {
        _kept = new(_clock);
        var options = new SignInOptions { ClientId = "console", IdleTimeout = TimeSpan.FromMinutes(15) };
        (_one, _other) = (new(options, _ => _kept, _clock), new(options, _ => _kept, _clock));
    }

    [Fact]
    public async Task A_session_lasts_while_it_is_used_at_any_host_and_ends_when_it_is_idle()
    {
        var value = await BeginAsync(TimeSpan.FromHours(8));
        for (var i = 0; i < 4; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(14));
            var session = await (i % 2 == 0 ? _one : _other).FindAsync(Request("GET", value));
            Assert.Equal(("li", Roles.Ops | Roles.SystemAdmin), (session?.Caller.Name, session!.Caller.Roles));
            Assert.True(session.Caller.MayServe("sms"));
        }

        _clock.Advance(TimeSpan.FromMinutes(15));

        Assert.Null(await _other.FindAsync(Request("GET", value)));
        Assert.Equal(IdentityFault.Missing, (await _one.AuthenticateAsync(Request("GET", value))).Fault);
    }

    [Fact]
    public async Task A_session_ends_in_any_case_and_at_the_sign_out_of_another_host_a_second_later()
    {
        var (over, out_) = (await BeginAsync(TimeSpan.FromMinutes(10)), await BeginAsync(TimeSpan.FromHours(8)));
        Assert.NotNull(await _other.FindAsync(Request("GET", out_)));
        await _one.EndAsync(Request("POST", out_));
        Assert.Null(await _one.FindAsync(Request("GET", out_)));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _other.FindAsync(Request("GET", out_)));

        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(await _one.FindAsync(Request("GET", over)));
    }

    [Fact]
    public async Task A_host_asks_the_cluster_once_a_second_and_says_when_nobody_answers()
    {
        var value = await BeginAsync(TimeSpan.FromHours(8));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("li", (await _one.AuthenticateAsync(Request("GET", value))).Caller?.Name);
        }

        Assert.Equal(1, _kept.Asked);

        _kept.IsAway = true;
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(IdentityFault.NoSession, (await _one.AuthenticateAsync(Request("GET", value))).Fault);
    }

    [Fact]
    public async Task Cookies_that_nobody_gave_are_asked_for_few_at_a_time_and_keep_nobody_out_who_is_known()
    {
        var value = await BeginAsync(TimeSpan.FromHours(8));
        Assert.NotNull(await _one.FindAsync(Request("GET", value)));
        var answer = new TaskCompletionSource();
        _kept.Before = answer.Task;
        var forged = Enumerable.Range(0, 200)
            .Select(async _ => (await _one.AuthenticateAsync(Request("GET", $"{PageCookie.Create("mallory")}"))).Fault).ToArray();

        Assert.Equal(33, _kept.Asked);
        Assert.NotNull(await _one.FindAsync(Request("GET", value)));
        answer.SetResult();
        Assert.Equal(32, (await Task.WhenAll(forged)).Count(static fault => fault == IdentityFault.Missing));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("////////////////////////////////////////////")]
    [InlineData("_____________________________________________")]
    [InlineData("____________________________________________")]
    public async Task What_cannot_be_a_cookie_asks_nobody(string value)
    {
        Assert.Null(await _one.FindAsync(Request("GET", value)));
        Assert.Equal(0, _kept.Asked);
    }

    [Theory]
    [InlineData("GET", "", IdentityFault.None)]
    [InlineData("HEAD", "", IdentityFault.None)]
    [InlineData("POST", "", IdentityFault.NoAntiForgery)]
    [InlineData("DELETE", "guessed", IdentityFault.NoAntiForgery)]
    [InlineData("POST", "right", IdentityFault.None)]
    internal async Task What_changes_something_repeats_the_header_of_the_session(string method, string header, IdentityFault expected)
    {
        var value = await BeginAsync(TimeSpan.FromHours(1));
        var request = Request(method, value);
        if (header.Length > 0)
        {
            request.Request.Headers[PageSessions.AntiForgeryHeader] =
                header == "right" ? (await _one.FindAsync(request))!.AntiForgery : header;
        }

        Assert.Equal(expected, (await _other.AuthenticateAsync(request)).Fault);
    }

    private async Task<string> BeginAsync(TimeSpan life) => (await _one.BeginAsync(
        new("li", Roles.Ops | Roles.SystemAdmin, FrozenSet.Create("sms"), _clock.GetUtcNow() + life)))!;

    private static DefaultHttpContext Request(string method, string cookie)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Headers.Cookie = $"{PageSessions.Cookie}={cookie}";
        return context;
    }
}
