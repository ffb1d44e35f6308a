using System.Net;
using System.Text;
using Grpc.Core;
using Microsoft.IdentityModel.Tokens;
using Zhice.Client;

namespace Zhice.SystemTests.Security;

/// <summary>Calls without an identity, or with a forged one: each is refused, and told no more than that.</summary>
[Collection("secured silo")]
public sealed class TokenAttackTests(SecuredSilo silo)
{
    [Fact]
    public async Task A_call_without_a_token_is_refused_on_every_method()
    {
        foreach (var method in RawMethods.All)
        {
            var fault = await RawMethods.CallAsync(silo.Channel, method, []);
            Assert.Equal(
                (method.FullName, StatusCode.Unauthenticated, "CREDENTIALS_MISSING"), (method.FullName, fault!.Code, fault.Reason));
        }
    }

    [Fact]
    public async Task Forged_tokens_are_refused_and_not_told_why()
    {
        var provider = silo.Provider;
        using var stranger = System.Security.Cryptography.RSA.Create(2048);
        string[] forged =
        [
            provider.Forge(audience: "another"), provider.Forge(issuer: "http://127.0.0.1:1/"), provider.ForgeUnsigned("none"),
            provider.ForgeUnsigned("None"),
            provider.ForgeUnsigned("RS256"), provider.Forge(new(provider.PublicKeyAsSecret, SecurityAlgorithms.HmacSha256)),
            provider.Forge(new(new RsaSecurityKey(stranger) { KeyId = provider.Key.KeyId }, SecurityAlgorithms.RsaSha256)),
            provider.Forge(new(new RsaSecurityKey(stranger) { KeyId = "unknown" }, SecurityAlgorithms.RsaSha256)), "not.a.token",
            new('x', 7_000),
        ];
        var sentences = new HashSet<string>();
        foreach (var token in forged)
        {
            var fault = await RefusedAsync(SecuredSilo.With(token));
            Assert.Equal((StatusCode.Unauthenticated, "CREDENTIALS_INVALID"), (fault.Code, fault.Reason));
            sentences.Add(fault.Sentence);
        }

        Assert.Single(sentences);
        Assert.Equal(
            "CREDENTIALS_EXPIRED", (await RefusedAsync(SecuredSilo.With(provider.Forge(endsIn: TimeSpan.FromMinutes(-1))))).Reason);
        Assert.Equal("CREDENTIALS_INVALID", (await RefusedAsync(new() { { "authorization", "Basic bGk6c2VjcmV0" } })).Reason);
        Assert.Equal(
            "CREDENTIALS_MISSING", (await RefusedAsync(new() { { "x-zhice-user", "li" }, { "x-zhice-roles", "operator" } })).Reason);
        Assert.True(silo.Silo.IsAlive);
        Assert.DoesNotContain("mallory", silo.Silo.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_one_is_never_taken_for_that_of_another()
    {
        var (li, none) = (await silo.AskAsync("li", "operator"), await silo.AskAsync("nobody", ""));
        for (var i = 0; i < 20; i++)
        {
            await new CampaignService.CampaignServiceClient(silo.Channel).ListCampaignsAsync(new(), li);
            Assert.Equal("ROLE_REQUIRED", (await RefusedAsync(none)).Reason);
        }
    }

    [Fact]
    public async Task Rest_is_refused_alike_and_health_is_open()
    {
        using var http = new HttpClient(silo.CreateHandler());
        using var refused = await http.GetAsync($"{silo.HttpAddress}/v1/campaigns");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Bearer", $"{Assert.Single(refused.Headers.WwwAuthenticate)}");
        Assert.Contains("CREDENTIALS_MISSING", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        foreach (var (roles, expected) in new[] { ("app", HttpStatusCode.Forbidden), ("analyst", HttpStatusCode.OK) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{silo.HttpAddress}/v1/campaigns");
            request.Headers.Authorization = new("Bearer", await silo.Provider.AskAsync("someone", roles));
            Assert.Equal(expected, (await http.SendAsync(request)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"{silo.HttpAddress}/healthz")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync($"{silo.HttpAddress}/dashboard/")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync($"{silo.HttpAddress}/dashboard/DashboardCounters")).StatusCode);
    }

    [Fact]
    public async Task A_request_that_names_its_actor_is_refused()
    {
        using var http = new HttpClient(silo.CreateHandler());
        http.DefaultRequestHeaders.Authorization = new("Bearer", await silo.Provider.AskAsync("li", "operator ops"));
        foreach (var field in new[] { "actor", "author", "approver" })
        {
            using var body = new StringContent($$"""{"kind":"STOP_KIND_MARKETING","comment":"no","{{field}}":"wang"}""", Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync($"{silo.HttpAddress}/v1/stops:set", body);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("UNKNOWN_NAME", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_page_of_another_site_reaches_nothing(string header, string value)
    {
        using var http = new HttpClient(silo.CreateHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{silo.HttpAddress}/v1/recommendations:recommend");
        request.Headers.Add(header, value);

        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task A_stream_ends_with_the_token_of_its_caller()
    {
        var campaigns = new CampaignService.CampaignServiceClient(silo.Channel);
        var token = SecuredSilo.With(silo.Provider.Forge(endsIn: TimeSpan.FromSeconds(10)));
        await campaigns.SaveCampaignAsync(
            new() { Campaign = new() { CampaignId = "watched", DisplayName = "Watched", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" }, OneOff = new() } }, token);

        using var watch = campaigns.WatchCampaign(new() { CampaignId = "watched" }, token, DateTime.UtcNow.AddMinutes(1));
        Assert.True(await watch.ResponseStream.MoveNext(default));
        var ended = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await watch.ResponseStream.MoveNext(default))
            {
            }
        });

        Assert.Equal((StatusCode.Unauthenticated, "CREDENTIALS_EXPIRED"), (ended.StatusCode, GrpcFault.From(ended).Reason));
    }

    private async Task<GrpcFault> RefusedAsync(Metadata headers) => GrpcFault.From(await Assert.ThrowsAsync<RpcException>(
        async () => await new CampaignService.CampaignServiceClient(silo.Channel).ListCampaignsAsync(new(), headers)));
}
