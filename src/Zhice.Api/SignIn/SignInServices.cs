using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Zhice.Api.Audit;
using Zhice.Api.Identity;

namespace Zhice.Api.SignIn;

/// <summary>
/// Lets people sign in to pages by OpenID Connect: code flow with PKCE. No token reaches the browser; it gets the cookie of a session
/// that the host holds.
/// </summary>
internal static class SignInServices
{
    /// <summary>The scheme of the sign-in.</summary>
    public const string Scheme = "sign-in";

    /// <summary>Where the identity provider sends the browser back to.</summary>
    public const string CallbackPath = "/auth/callback";

    private const string Pages = "pages";

    /// <summary>Adds the sign-in at the authority.</summary>
    public static void AddSignIn(this IServiceCollection services, IdentityOptions identity)
    {
        // What a browser brings back from the provider is opened by any host of the cluster: no key is kept on a disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddSingleton<SignInKeys>();
        services.Replace(ServiceDescriptor.Singleton<IDataProtectionProvider>(static all => all.GetRequiredService<SignInKeys>()));

        // ASP.NET asks for a scheme to sign in with. It is never used: the events below begin the session.
        services.AddAuthentication().AddCookie(Pages).AddOpenIdConnect(Scheme, connect =>
        {
            connect.Authority = identity.Authority;
            connect.RequireHttpsMetadata = identity.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
            connect.ClientId = identity.SignIn.ClientId;
            connect.ClientSecret = identity.SignIn.ClientSecretFile.Length > 0
                ? File.ReadAllText(identity.SignIn.ClientSecretFile).Trim()
                : null;
            connect.ResponseType = OpenIdConnectResponseType.Code;
            connect.ResponseMode = OpenIdConnectResponseMode.Query;
            connect.UsePkce = true;
            connect.CallbackPath = CallbackPath;
            connect.SaveTokens = false;
            connect.MapInboundClaims = false;
            connect.SignInScheme = Pages;
            foreach (var cookie in new[] { connect.CorrelationCookie, connect.NonceCookie })
            {
                (cookie.SameSite, cookie.SecurePolicy, cookie.HttpOnly) = (SameSiteMode.Lax, CookieSecurePolicy.Always, true);
            }

            connect.Events = CreateEvents(identity);
        });
    }

    private static async Task<string?> BeginAsync(HttpContext context)
    {
        try
        {
            return await context.RequestServices.GetRequiredService<PageSessions>().BeginAsync(context.GetCaller());
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The store is away.
            return null;
        }
    }

    private static OpenIdConnectEvents CreateEvents(IdentityOptions identity) => new()
    {
        OnTokenValidated = context =>
        {
            var expires = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() + identity.SignIn.MaxSession;
            if (CallerClaims.Read(new JsonWebToken(context.TokenEndpointResponse?.IdToken ?? ""), expires, identity) is { } caller)
            {
                context.HttpContext.SetCaller(caller);
            }
            else
            {
                context.Fail($"The id token has no name in the claim {identity.NameClaim}.");
            }

            return Task.CompletedTask;
        },
        OnTicketReceived = static async context =>
        {
            context.HandleResponse();
            if (await BeginAsync(context.HttpContext) is not { } value)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                await context.Response.WriteAsync("Nobody can sign in at this moment, or too many people are signed in. Try again later.");
                return;
            }

            context.HttpContext.RequestServices.GetRequiredService<AccessAudit>()
                .NoteSignedIn(context.HttpContext, context.HttpContext.GetCaller());
            context.Response.Cookies.Append(PageSessions.Cookie, value, SignInPages.CookieOptions);
            context.Response.Redirect(context.ReturnUri ?? SignInPages.DonePath);
        },
        OnRemoteFailure = static context =>
        {
            context.HandleResponse();
            context.HttpContext.RequestServices.GetRequiredService<AccessAudit>().NoteSignInFailed(context.HttpContext);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return context.Response.WriteAsync("The sign-in did not succeed. Begin again at /auth/login.");
        },
    };
}
