using Google.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Domain.Expressions;

namespace Zhice.Api.Rest;

/// <summary>
/// Stands before the routing of REST: it decodes paths, and says in a body what is wrong with a path or method that leads
/// nowhere.
/// </summary>
internal sealed class RestEdge(BodyGate bodies) : IStartupFilter
{
    private static readonly PathString Root = new("/v1");

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(inner => context => context.Request.Path.StartsWithSegments(Root)
            ? bodies.PassAsync(context, () => HandleAsync(inner, context))
            : inner(context));
        next(app);
    };

    private static async Task HandleAsync(RequestDelegate inner, HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw
            ? raw
            : context.Request.Path.ToUriComponent();
        if (RestPath.IsEncoded(target))
        {
            if (!RestPath.TryDecode(target, out var path, out var fault))
            {
                await RestAnswers.FailAsync(
                    context, StatusCodes.Status400BadRequest, ApiError.Create(ErrorReasons.MalformedRequest, $"The path {fault}."));
                return;
            }

            context.Request.Path = new(path);
        }

        await inner(context);
        if (!context.Response.HasStarted && context.Response is { StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentLength: null or 0, ContentType: null })
        {
            await ExplainAsync(context);
        }
    }

    private static Task ExplainAsync(HttpContext context)
    {
        var path = RestPath.Restore(context.Request.Path.Value ?? "", isOfMany: true);
        var (shown, like) = (RequestCheck.Clip(path), PathsLike(path, context).ToList());
        if (like.FirstOrDefault(each => each.Method == context.Request.Method && each.Path == path) is { Template.Length: > 0 } wanted)
        {
            // It reads like a path that is served, and did not lead there.
            return RestAnswers.FailAsync(context, StatusCodes.Status404NotFound, ApiError.Create(
                ErrorReasons.PathNotFound, $"Nothing is served at {shown}: {WhyNot(wanted.Template, path)}", ("path", shown)));
        }

        var allowed = string.Join(
            ", ", like.Where(each => each.Path == path).Select(static each => each.Method).Distinct().Order(StringComparer.Ordinal));
        if (allowed.Length > 0)
        {
            context.Response.Headers.Allow = allowed;
            return RestAnswers.FailAsync(context, StatusCodes.Status405MethodNotAllowed, ApiError.Create(
                ErrorReasons.NotSupported, $"{context.Request.Method} is not served at {shown}; {allowed} is.", ("path", shown),
                ("allowed_methods", allowed)));
        }

        var near = NearestName.Find(path, like.Select(static each => each.Path).Distinct());
        return RestAnswers.FailAsync(context, StatusCodes.Status404NotFound, ApiError.Create(
            ErrorReasons.PathNotFound,
            $"Nothing is served at {shown}{(near is null ? ". The paths stand in the .proto files, at google.api.http." : $"; did you mean {near}?")}",
            ("path", shown)));
    }

    // Each path that is served, with what the caller wrote in the places of its variables. A method that is not served is no
    // 405 of the routing's own: gRPC's answer to unknown methods takes any path of two segments.
    private static IEnumerable<(string Method, string Path, string Template)> PathsLike(string path, HttpContext context)
    {
        var written = path.Split('/');
        foreach (var endpoint in context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints)
        {
            if (endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { } served
                && Served(served.HttpRule) is var (method, template)
                && template.Split('/') is var parts && parts.Length == written.Length)
            {
                yield return (method, string.Join('/', parts.Select((part, i) => Filled(part, written[i]))), template);
            }
        }
    }

    private static string WhyNot(string template, string path)
    {
        foreach (var (part, written) in template.Split('/').Zip(path.Split('/')))
        {
            var end = part.IndexOf('}', StringComparison.Ordinal);
            if (end > 0 && written.Length == part.Length - end - 1)
            {
                return $"the place of {part[..(end + 1)]} in {template} is empty.";
            }
        }

        return $"a ':' that is written as %3A belongs to an id. Write the ':' before the verb in {template} as it is.";
    }

    private static string Filled(string part, string written)
    {
        if (!part.StartsWith('{'))
        {
            return part;
        }

        var (ofPath, ofCaller) = (part.IndexOf("}:", StringComparison.Ordinal), written.LastIndexOf(':'));
        return string.Concat(ofCaller < 0 ? written : written[..ofCaller], ofPath < 0 ? "" : part[(ofPath + 1)..]);
    }

    private static (string Method, string Path) Served(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => ("GET", rule.Get),
        HttpRule.PatternOneofCase.Put => ("PUT", rule.Put),
        HttpRule.PatternOneofCase.Post => ("POST", rule.Post),
        HttpRule.PatternOneofCase.Delete => ("DELETE", rule.Delete),
        HttpRule.PatternOneofCase.Patch => ("PATCH", rule.Patch),
        _ => ("", ""),
    };
}
