using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Zhice.Pages;

/// <summary>
/// Serves the console: one page, whose parts have hashes in their names. Nothing in it is of a bank or of a customer; what it shows it
/// asks the API for, with the rights of the person who looks.
/// </summary>
public static class ConsolePages
{
    private const string Index = "index.html";
    private const string Parts = "assets/";
    private const string Packed = ".gz";
    private const string NonceMark = "__NONCE__";
    private const int NonceBytes = 18;

    private static readonly Assembly Files = typeof(ConsolePages).Assembly;
    private static readonly FrozenSet<string> Names = Files.GetManifestResourceNames().ToFrozenSet(StringComparer.Ordinal);
    private static readonly Lazy<string> IndexText = new(static () => new StreamReader(Open(Index)).ReadToEnd());

    /// <summary>Maps <c>/</c> and what is below <c>/app</c>. The host says who may call it: anyone, as it holds no data.</summary>
    public static IEndpointConventionBuilder MapConsole(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("");
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        group.MapMethods("/", methods, static context =>
        {
            context.Response.Redirect("/app/");
            return Task.CompletedTask;
        });
        group.MapMethods("/app/{**path}", methods, SendAsync);
        return group;
    }

    // Every path that is no part is a page, which the script of the one page shows.
    private static Task SendAsync(HttpContext context)
    {
        var path = (string?)context.GetRouteValue("path") ?? "";
        return path.StartsWith(Parts, StringComparison.Ordinal) ? SendPartAsync(context, path) : SendIndexAsync(context);
    }

    private static Task SendIndexAsync(HttpContext context)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";

        // Styles of the components are made by script, and carry the nonce; nothing comes from, or goes to, another host.
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(IndexText.Value.Replace(NonceMark, nonce, StringComparison.Ordinal), context.RequestAborted);
    }

    private static async Task SendPartAsync(HttpContext context, string path)
    {
        var isPacked = Names.Contains(path + Packed);
        if (!isPacked && !Names.Contains(path))
        {
            // A page of an older release asks for parts that are gone; the page loads itself anew.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync("This release of the console has no such part.", context.RequestAborted);
            return;
        }

        var headers = context.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.ContentType = ContentType(path);
        await using var part = Open(isPacked ? path + Packed : path);
        headers.Vary = "Accept-Encoding";
        if (!isPacked || $"{context.Request.Headers.AcceptEncoding}".Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            if (isPacked)
            {
                headers.ContentEncoding = "gzip";
            }

            context.Response.ContentLength = part.Length;
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await part.CopyToAsync(context.Response.Body, context.RequestAborted);
            }

            return;
        }

        await using var unpacked = new GZipStream(part, CompressionMode.Decompress);
        await unpacked.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static string ContentType(string path) => Path.GetExtension(path) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        _ => "application/octet-stream",
    };

    private static Stream Open(string name) => Files.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"The assembly has no '{name}'.");
}
