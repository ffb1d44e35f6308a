using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using Zhice.Api.Identity;

namespace Zhice.Api.Tests.Identity;

/// <summary>Which tokens are accepted, and as whose.</summary>
[Trait("Category", "Slow")]
public sealed class TokenTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero));
    private readonly TestIssuer _issuer = new();
    private readonly List<SecurityKey> _published = [];
    private int _reads;

    public TokenTests() => _published.Add(_issuer.Key);

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public async Task A_token_of_the_issuer_has_the_name_the_roles_and_the_channels_of_its_claims()
    {
        var claims = TestIssuer.Claims("li", (string[])["operator", "system-admin", "janitor"]);
        claims["channels"] = "sms push";

        var caller = (await Create().ValidateAsync(_issuer.Create(Now, claims: claims))).Caller!;

        Assert.Equal(("li", Roles.Operator | Roles.SystemAdmin), (caller.Name, caller.Roles));
        Assert.True(caller.MayServe("sms") && caller.MayServe("push") && !caller.MayServe("email"));
        Assert.Equal(Now.AddMinutes(5), caller.Expires);
    }

    [Fact]
    public async Task Names_of_claims_can_be_set_and_lead_into_objects()
    {
        var claims = new Dictionary<string, object>
        {
            ["preferred_username"] = "wang",
            ["realm_access"] = new Dictionary<string, object> { ["roles"] = (string[])["zhice-agent", "ops"] },
        };

        var caller = (await Create(new() { NameClaim = "preferred_username", RolesClaim = "realm_access.roles", RolePrefix = "zhice-" })
            .ValidateAsync(_issuer.Create(Now, claims: claims))).Caller!;

        Assert.Equal(("wang", Roles.Agent), (caller.Name, caller.Roles));
    }

    [Fact]
    public async Task Forged_tokens_and_those_for_others_are_not_valid()
    {
        var stranger = new TestIssuer();
        string[] tokens =
        [
            "", ".", "..", "a.b.c", "Ĺ.b.c", new('a', 9_000),
            _issuer.CreateUnsigned(Now),
            stranger.Create(Now),
            new TestIssuer("k2").Create(Now),
            _issuer.Create(Now, issuer: "https://elsewhere.example"),
            _issuer.Create(Now, audience: "another"),
            _issuer.Create(Now, life: Timeout.InfiniteTimeSpan),
            _issuer.Create(Now.AddMinutes(2)),
            _issuer.Create(Now, claims: TestIssuer.Claims("")),
            _issuer.Create(Now, claims: TestIssuer.Claims("li\n")),
            _issuer.Create(Now, claims: TestIssuer.Claims(new('l', 129))),
            _issuer.Create(Now, claims: TestIssuer.Claims("l\u200bi")),
            _issuer.Create(Now, header: new() { ["crit"] = (string[])["exp"] }),
            _issuer.Create(Now, by: new(new SymmetricSecurityKey(_issuer.PublicKeyText) { KeyId = "k1" }, SecurityAlgorithms.HmacSha256)),
            Changed(_issuer.Create(Now)),
        ];
        var validator = Create();

        foreach (var token in tokens)
        {
            Assert.Equal(new IdentityOutcome(IdentityFault.NotValid), await validator.ValidateAsync(token));
        }
    }

    [Fact]
    public async Task A_token_is_accepted_until_it_ends_and_the_clocks_may_differ_by_the_skew()
    {
        var token = _issuer.Create(Now.AddSeconds(29), life: TimeSpan.FromMinutes(1));
        var validator = Create();
        Assert.NotNull((await validator.ValidateAsync(token)).Caller);

        _clock.Advance(TimeSpan.FromSeconds(29 + 60 + 30));

        Assert.Equal(new IdentityOutcome(IdentityFault.Expired), await validator.ValidateAsync(token));
    }

    [Fact]
    public async Task A_new_key_of_the_issuer_is_read_when_a_token_names_it_and_unknown_ones_are_asked_for_seldom()
    {
        var validator = Create();
        var second = new TestIssuer("k2");
        Assert.NotNull((await validator.ValidateAsync(_issuer.Create(Now))).Caller);
        Assert.Null((await validator.ValidateAsync(second.Create(Now))).Caller);
        Assert.Equal(1, _reads);

        _published.Add(second.Key);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(
            Enumerable.Repeat("li", 8),
            (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => validator.ValidateAsync(second.Create(Now)))))
                .Select(static outcome => outcome.Caller?.Name));
        Assert.Equal(2, _reads);

        for (var i = 0; i < 100; i++)
        {
            await validator.ValidateAsync(new TestIssuer("k3").Create(Now));
        }

        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task A_key_that_the_issuer_took_back_is_accepted_for_an_hour_at_most()
    {
        var validator = Create();
        Assert.NotNull((await validator.ValidateAsync(_issuer.Create(Now))).Caller);
        _published.Clear();
        _clock.Advance(TimeSpan.FromHours(1));

        await validator.ValidateAsync(_issuer.Create(Now));

        Assert.Null((await validator.ValidateAsync(_issuer.Create(Now))).Caller);
    }

    [Fact]
    public async Task While_the_issuer_cannot_be_reached_known_keys_stay_and_without_any_the_fault_is_not_the_callers()
    {
        var isAway = true;
        var keys = new SigningKeys(
            _ => isAway ? throw new IOException() : Task.FromResult<IReadOnlyList<SecurityKey>>([.. _published]), TimeSpan.FromSeconds(10),
            _clock, NullLogger.Instance);
        Assert.Null(await keys.FindAsync("k1"));

        isAway = false;
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Single((await keys.FindAsync("k1"))!);

        isAway = true;
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Single((await keys.FindAsync("k1"))!);
        Assert.Single((await keys.FindAsync("k1"))!);
    }

    [Fact]
    public async Task Keys_that_others_could_sign_with_are_not_used()
    {
        using var weak = System.Security.Cryptography.RSA.Create(1024);
        var keys = new SigningKeys(
            static _ =>
                Task.FromResult<IReadOnlyList<SecurityKey>>([new SymmetricSecurityKey(new byte[64]) { KeyId = "shared" }]),
                TimeSpan.FromSeconds(10), _clock, NullLogger.Instance);
        var small = new SigningKeys(
            _ => Task.FromResult<IReadOnlyList<SecurityKey>>([new RsaSecurityKey(weak) { KeyId = "weak" }]), TimeSpan.FromSeconds(10),
            _clock, NullLogger.Instance);

        Assert.Empty((await keys.FindAsync("shared"))!);
        Assert.Empty((await small.FindAsync("weak"))!);
    }

    private static string Changed(string token)
    {
        var parts = token.Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]).Replace("operator", "approver", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }

    private TokenValidator Create(IdentityOptions? options = null)
    {
        options = (options ?? new()) with { Authority = TestIssuer.Name, Audience = TestIssuer.Audience };
        var keys = new SigningKeys(
            _ =>
            {
                _reads++;
                return Task.FromResult<IReadOnlyList<SecurityKey>>([.. _published]);
            },
            options.KeyRefreshPause, _clock, NullLogger.Instance);
        return new(options, keys, _clock, NullLogger.Instance);
    }
}
