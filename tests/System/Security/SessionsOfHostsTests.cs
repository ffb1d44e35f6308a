using System.Net;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Security;

/// <summary>A silo and a gateway behind a balancer: a person's browser may reach either.</summary>
[Collection("secured silo")]
public sealed class SessionsOfHostsTests(SecuredSilo silo)
{
    [Fact]
    public async Task A_session_of_one_host_is_known_at_the_other_until_the_sign_out_at_either()
    {
        var gateway = await silo.GetGatewayAsync();
        using var browser = new Browser(silo);
        await browser.SignInAsync("dana", "ops", "/");
        Assert.Equal("dana", (await browser.MeAsync()).GetProperty("name").GetString());
        var antiForgery = (await browser.MeAsync()).GetProperty("antiForgery").GetString();

        browser.Address = SecuredSilo.HttpAddressOf(gateway);
        Assert.Equal(antiForgery, (await browser.MeAsync()).GetProperty("antiForgery").GetString());
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync("/v1/campaigns")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync("/auth/logout", "", "guessed")).StatusCode);

        var stolen = browser.Cookie;
        Assert.Equal(HttpStatusCode.NoContent, (await browser.PostAsync("/auth/logout", "", antiForgery)).StatusCode);
        browser.Address = silo.HttpAddress;
        browser.Cookie = stolen;
        await ClusterProcesses.UntilAsync(
            async () => (await browser.OpenAsync("/v1/campaigns")).StatusCode == HttpStatusCode.Found);
    }

    [Fact]
    public async Task A_sign_in_that_began_at_one_host_ends_at_another()
    {
        var gateway = await silo.GetGatewayAsync();
        using var browser = new Browser(silo);

        await browser.SignInAsync("erik", "ops", "/", SecuredSilo.HttpAddressOf(gateway));

        Assert.Equal("erik", (await browser.MeAsync()).GetProperty("name").GetString());
    }
}
