using System.Net;
using System.Text;
using System.Text.Json;

namespace Zhice.SystemTests.Security;

/// <summary>People who sign in to pages with a browser.</summary>
[Collection("secured silo")]
public sealed class SignInTests(SecuredSilo silo)
{
    [Fact]
    public async Task A_person_signs_in_and_their_browser_gets_no_token_but_a_strict_cookie()
    {
        using var browser = new Browser(silo);
        var page = await browser.OpenAsync("/dashboard/");
        Assert.Equal(
            (HttpStatusCode.Found, "/auth/login?return=%2Fdashboard%2F"), (page.StatusCode, page.Headers.Location?.OriginalString));

        var cookie = await browser.SignInAsync("dana", "ops", "/dashboard/");

        Assert.StartsWith("__Host-zhice=", cookie, StringComparison.Ordinal);
        foreach (var attribute in new[] { "secure", "httponly", "samesite=strict", "path=/" })
        {
            Assert.Contains(attribute, cookie, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain("eyJ", cookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync("/dashboard/")).StatusCode);
        var me = await browser.MeAsync();
        using var auditor = new Browser(silo);
        await auditor.SignInAsync("erik", "audit-admin", "/");
        while (!(
            await (await auditor.OpenAsync("/v1/audit/entries?actor=dana")).Content.ReadAsStringAsync()).Contains("AUDIT_STAGE_SIGNED_IN",
            StringComparison.Ordinal))
        {
            await Task.Yield();
        }

        Assert.Equal(("dana", "ops"), (me.GetProperty("name").GetString(), me.GetProperty("roles")[0].GetString()));
    }

    [Fact]
    public async Task The_dashboard_is_for_ops_alone_and_a_session_ends_with_the_sign_out()
    {
        using var browser = new Browser(silo);
        await browser.SignInAsync("anna", "analyst", "/");
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.OpenAsync("/dashboard/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync("/v1/campaigns")).StatusCode);

        var antiForgery = (await browser.MeAsync()).GetProperty("antiForgery").GetString();
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync("/auth/logout", "")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await browser.PostAsync("/auth/logout", "", antiForgery)).StatusCode);

        Assert.Equal(HttpStatusCode.Found, (await browser.OpenAsync("/v1/campaigns")).StatusCode);
    }

    [Fact]
    public async Task A_request_that_changes_something_needs_the_header_of_the_session()
    {
        const string Stop = """{"kind":"STOP_KIND_CHANNEL","targetId":"sms","comment":"forged"}""";
        using var browser = new Browser(silo);
        await browser.SignInAsync("dana", "ops", "/");

        var refused = await browser.PostAsync("/v1/stops:set", Stop);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("ANTI_FORGERY_REQUIRED", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync("/v1/stops:set", Stop, "guessed")).StatusCode);

        var antiForgery = (await browser.MeAsync()).GetProperty("antiForgery").GetString();
        var done = await browser.PostAsync("/v1/stops:set", Stop, antiForgery);
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Contains("dana", await done.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync("/v1/stops:lift", Stop, antiForgery)).StatusCode);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("https://evil.example/")]
    public async Task The_sign_in_leads_to_no_other_site(string wanted)
    {
        using var browser = new Browser(silo);
        var page = await browser.OpenAsync($"/auth/done?to={Uri.EscapeDataString(wanted)}");

        Assert.DoesNotContain("evil", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_this_browser_did_not_ask_for_begins_no_session()
    {
        using var browser = new Browser(silo);
        var page = await browser.OpenAsync("/auth/callback?code=stolen&state=forged");

        Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
        Assert.False(
            page.Headers.Contains("Set-Cookie")
                && page.Headers.GetValues("Set-Cookie").Any(static cookie => cookie.StartsWith("__Host-zhice=", StringComparison.Ordinal)));
    }
}
