using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Zhice.Hosting;

/// <summary>
/// Keeps web pages of others away from the ports: a request that a page of another site made says so (Origin, Sec-Fetch-Site), and a
/// page whose name was made to lead here (DNS rebinding) is found out by the host that its requests name. No page may frame one of ours.
/// </summary>
internal sealed class BrowserEdge(HostSettings settings) : IStartupFilter
{
    private const string Any = "*";
    private static readonly string[] OfThisMachine = ["localhost", "127.0.0.1", "[::1]"];

    private readonly string[] _allowed = settings.AllowedHosts.Length > 0
        ? settings.AllowedHosts.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        : IPAddress.IsLoopback(IPAddress.Parse(settings.Address)) ? [.. OfThisMachine, settings.Address] : [Any];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(inner => context =>
            IsOfOtherSite(context.Request) ? RefuseAsync(
                context, StatusCodes.Status403Forbidden, "Pages of other sites cannot call this API; a program sends no Origin.")
            : HttpProtocol.IsHttp2(context.Request.Protocol) ? inner(context)
            : HandleAsync(inner, context));
        next(app);
    };

    // Browsers send one of the two with whatever a page calls. Whoever follows a link to a page of ours comes from elsewhere, too.
    private static bool IsOfOtherSite(HttpRequest request)
    {
        var headers = request.Headers;
        if (headers.Origin.Count > 0)
        {
            return !(
                Uri.TryCreate(headers.Origin, UriKind.Absolute, out var origin)
                    && origin.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
        }

        return headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "same-origin" && site != "none"
            && !(HttpMethods.IsGet(request.Method) && headers["Sec-Fetch-Mode"] == "navigate");
    }

    private static Task RefuseAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(sentence, context.RequestAborted);
    }

    private Task HandleAsync(RequestDelegate inner, HttpContext context)
    {
        if (!_allowed.Contains(Any) && !_allowed.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return context.Response.WriteAsync(
                "This host is not served; Zhice:AllowedHosts lists the hosts that are.", context.RequestAborted);
        }

        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "frame-ancestors 'none'; object-src 'none'; base-uri 'self'";
        return inner(context);
    }
}
