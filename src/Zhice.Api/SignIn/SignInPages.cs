using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Api.Identity;

namespace Zhice.Api.SignIn;

/// <summary>The addresses below <c>/auth</c>: sign in, sign out, and who is signed in.</summary>
internal static class SignInPages
{
    /// <summary>Where the sign-in begins; <c>return</c> in the query is the page to show after it.</summary>
    public const string LoginPath = "/auth/login";

    /// <summary>Where it ends.</summary>
    public const string DonePath = "/auth/done";

    private const string Set = "__AuthenticationMiddlewareSet";

    /// <summary>
    /// How the cookie of a session is set: to this host, over TLS, to no script, and with no request that another site began.
    /// </summary>
    public static CookieOptions CookieOptions =>
        new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true };

    /// <summary>Handles what comes back from the identity provider; it stands before the check of identities.</summary>
    public static void UseSignIn(this IApplicationBuilder app)
    {
        // Below /auth only: by itself, the host would ask the sign-in on every call.
        app.Properties[Set] = true;
        app.UseWhen(static context => context.Request.Path.StartsWithSegments("/auth"), static branch =>
        {
            branch.Use(static next => context => ReadKeysAsync(context, next));
            branch.UseAuthentication();
        });
    }

    /// <summary>Maps the addresses of the sign-in.</summary>
    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        var open = new AccessPolicy(Roles.None, IsOpen: true);
        endpoints.MapGet(LoginPath, LoginAsync).WithMetadata(open);
        endpoints.MapGet(DonePath, DoneAsync).WithMetadata(open);
        endpoints.MapPost("/auth/logout", LogoutAsync).WithMetadata(new AccessPolicy(Roles.All, IsOpen: false));
    }

    /// <summary>Maps the address that tells who calls, which every host has: pages show by it what a person may do.</summary>
    public static void MapCaller(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/auth/me", TellAsync).WithMetadata(new AccessPolicy(Roles.All, IsOpen: false));

    /// <summary>A path of this host, from its root; anything else would lead whoever signs in to another site.</summary>
    public static string ToLocalPath(string? wanted) =>
        wanted is ['/', ..] && !wanted.StartsWith("//", StringComparison.Ordinal) && !wanted.AsSpan().ContainsAny('\\', '\r', '\n')
            ? wanted
            : "/auth/me";

    // What the browser carries was sealed by another host perhaps.
    private static async Task ReadKeysAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path == LoginPath || context.Request.Path == SignInServices.CallbackPath)
        {
            try
            {
                await context.RequestServices.GetRequiredService<SignInKeys>()
                    .ReadAsync(TimeSpan.FromSeconds(context.Request.Path == LoginPath ? 60 : 1));
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                await context.Response.WriteAsync("Nobody can sign in at this moment. Try again in a few seconds.");
                return;
            }
        }

        await next(context);
    }

    private static Task LoginAsync(HttpContext context) => context.ChallengeAsync(
        SignInServices.Scheme,
        new() { RedirectUri = DonePath + QueryString.Create("to", ToLocalPath(context.Request.Query["return"])).ToUriComponent() });

    // The browser came from the provider, and sends a strict cookie only with a request that a page of ours begins.
    private static Task DoneAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var to = HtmlEncoder.Default.Encode(ToLocalPath(context.Request.Query["to"]));
        return context.Response.WriteAsync(
            $"<!doctype html><meta http-equiv=\"refresh\" content=\"0;url={to}\"><a href=\"{to}\">Go on</a>");
    }

    private static async Task TellAsync(HttpContext context, PageSessions sessions, Authenticator authenticator, IdentityOptions identity)
    {
        var caller = context.GetCaller();
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(new
        {
            name = caller.Name,
            roles = RoleNames.Split(caller.Roles),
            antiForgery = (await sessions.FindAsync(context))?.AntiForgery ?? "",
            canSignOut = identity.SignIn.IsOn,
            isDevelopment = authenticator.IsDevelopment,
        });
    }

    private static async Task LogoutAsync(HttpContext context, PageSessions sessions)
    {
        await sessions.EndAsync(context);
        context.Response.Cookies.Delete(PageSessions.Cookie, CookieOptions);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
