using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Security;

/// <summary>
/// OpenIddict in this process: an identity provider that is not ours. Whoever asks gets a token of the name and roles that they ask for.
/// </summary>
internal sealed class OpenIddictProvider : IAsyncDisposable
{
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly WebApplication _app;

    private OpenIddictProvider()
    {
        Address = $"http://127.0.0.1:{ServiceProcess.FreePorts(1)[0]}/";
        Key = new(_rsa) { KeyId = "openiddict-1" };
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(Address);
        builder.Logging.ClearProviders();
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode().AllowClientCredentialsFlow().AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
            server.SetTokenEndpointUris("token")
                .SetAuthorizationEndpointUris("authorize")
                .SetIssuer(new Uri(Address))
                .RegisterScopes("profile");
            server.AddEventHandler<OpenIddictServerEvents.ValidateAuthorizationRequestContext>(static handler =>
                handler.UseInlineHandler(static _ => default));
            server.AddEventHandler<OpenIddictServerEvents.HandleAuthorizationRequestContext>(static handler => handler.UseInlineHandler(static context =>
            {
                // Whoever comes has signed in already, by the name in the request.
                context.SignIn(CreatePrincipal(context.Request, (string?)context.Request["name"] ?? ""));
                return default;
            }));
            server.AddSigningKey(Key).AddEphemeralEncryptionKey().DisableAccessTokenEncryption();
            server.UseAspNetCore().DisableTransportSecurityRequirement();
            server.AddEventHandler<OpenIddictServerEvents.ValidateTokenRequestContext>(static handler =>
                handler.UseInlineHandler(static _ => default));
            server.AddEventHandler<OpenIddictServerEvents.HandleTokenRequestContext>(static handler => handler.UseInlineHandler(static context =>
            {
                context.SignIn(
                    context.Request.IsAuthorizationCodeGrantType()
                        ? context.Principal!
                        : CreatePrincipal(context.Request, context.Request.ClientId ?? ""));
                return default;
            }));
        });
        _app = builder.Build();
    }

    /// <summary>Its address, and the issuer of its tokens.</summary>
    public string Address { get; }

    /// <summary>The key that it signs with.</summary>
    public RsaSecurityKey Key { get; }

    public static async Task<OpenIddictProvider> StartAsync()
    {
        var provider = new OpenIddictProvider();
        await provider._app.StartAsync();
        return provider;
    }

    /// <summary>Asks it for a token.</summary>
    public async Task<string> AskAsync(string name, string roles, string channels = "", string audience = SecuredSilo.Audience)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(Address + "token"), new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = name, ["client_secret"] = "secret", ["roles"] = roles,
            ["channels"] = channels, ["for"] = audience,
        }));
        var body = await answer.Content.ReadAsStringAsync();
        return JsonDocument.Parse(body).RootElement.TryGetProperty("access_token", out var token)
            ? token.GetString()!
            : throw new InvalidOperationException(body);
    }

    /// <summary>A token that the provider would not give, signed with a key of the caller's choice.</summary>
    public string Forge(
        SigningCredentials? by = null, string? issuer = null, string audience = SecuredSilo.Audience, TimeSpan? endsIn = null) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience,
            Expires = (DateTimeOffset.UtcNow + (endsIn ?? TimeSpan.FromMinutes(5))).UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = "mallory", ["roles"] = (string[])["operator", "approver"] },
            SigningCredentials = by ?? new(Key, SecurityAlgorithms.RsaSha256),
        });

    /// <summary>A token without signature.</summary>
    public string ForgeUnsigned(string algorithm) =>
        $"{Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}","typ":"JWT","kid":"{{Key.KeyId}}"}""")}.{Forge().Split('.')[1]}.";

    /// <summary>The public key as a shared secret, which everybody knows.</summary>
    public SymmetricSecurityKey PublicKeyAsSecret =>
        new(Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem())) { KeyId = Key.KeyId };

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
    }

    private static ClaimsPrincipal CreatePrincipal(OpenIddictRequest request, string name)
    {
        var identity = new ClaimsIdentity("client credentials");
        identity.SetClaim("sub", name);
        identity.SetClaims("roles", [.. Split(request, "roles")]);
        identity.SetClaims("channels", [.. Split(request, "channels")]);
        identity.SetDestinations(static _ =>
            [OpenIddictConstants.Destinations.AccessToken, OpenIddictConstants.Destinations.IdentityToken]);
        identity.SetScopes(request.GetScopes());
        identity.SetAudiences((string?)request["for"] ?? "");
        return new(identity);
    }

    private static string[] Split(OpenIddictRequest request, string name) =>
        ((string?)request[name] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
