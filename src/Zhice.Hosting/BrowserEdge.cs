using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Zhice.Hosting;

/// <summary>
/// Keeps web pages of others away from the HTTP port: a page whose name was made to lead here (DNS rebinding) is found out
/// by the host that its requests name, and no page may frame one of ours.
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
        app.Use(inner => context => HttpProtocol.IsHttp2(context.Request.Protocol) ? inner(context) : HandleAsync(inner, context));
        next(app);
    };

    private Task HandleAsync(RequestDelegate inner, HttpContext context)
    {
        if (!_allowed.Contains(Any) && !_allowed.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return context.Response.WriteAsync("This host is not served; Zhice:AllowedHosts lists the hosts that are.", context.RequestAborted);
        }

        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "frame-ancestors 'none'; object-src 'none'; base-uri 'self'";
        return inner(context);
    }
}
