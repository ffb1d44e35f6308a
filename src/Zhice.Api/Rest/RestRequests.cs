using System.Text;
using System.Text.Unicode;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Zhice.Api.Errors;
using Zhice.Api.Requests;

namespace Zhice.Api.Rest;

/// <summary>
/// Reads a REST request before it is made a message: what the transcoding would drop or refuse without a word is refused
/// here with the path of its field.
/// </summary>
internal static class RestRequests
{
    private const string Variable = "__Complex_";

    /// <summary>Puts the check before every REST endpoint of a service.</summary>
    public static void CheckRest(this IEndpointConventionBuilder endpoints) => endpoints.Add(static endpoint =>
    {
        if (endpoint.Metadata.OfType<GrpcJsonTranscodingMetadata>().FirstOrDefault() is { } served && endpoint.RequestDelegate is { } inner)
        {
            var names = new JsonNames(served.MethodDescriptor.InputType);
            var takesBody = served.HttpRule.Body.Length > 0;
            endpoint.RequestDelegate = context => HandleAsync(context, inner, names, takesBody);
        }
    });

    private static async Task HandleAsync(HttpContext context, RequestDelegate inner, JsonNames names, bool takesBody)
    {
        RestorePath(context.Request.RouteValues);
        try
        {
            var check = new RequestCheck();
            QueryCheck.Check(context.Request, names, takesBody, check);
            if (takesBody)
            {
                await ReadBodyAsync(context, names, check);
            }

            check.ThrowIfAny();
        }
        catch (RpcException refusal) when (refusal.GetRpcStatus() is { } status)
        {
            await RestAnswers.FailAsync(context, StatusCodes.Status400BadRequest, status);
            return;
        }
        catch (BadHttpRequestException refusal)
        {
            await RestAnswers.FailAsync(
                context, refusal.StatusCode,
                ApiError.Create(ErrorReasons.MalformedRequest, $"The request cannot be read: {refusal.Message}"));
            return;
        }

        await inner(context);
    }

    private static void RestorePath(RouteValueDictionary values)
    {
        foreach (var (name, value) in values)
        {
            if (value is string text && RestPath.Restore(text, name.StartsWith(Variable, StringComparison.Ordinal)) is var restored
                && !ReferenceEquals(restored, text))
            {
                values[name] = restored;
            }
        }
    }

    private static async Task ReadBodyAsync(HttpContext context, JsonNames names, RequestCheck check)
    {
        var body = await BytesAsync(context.Request, context.RequestAborted);
        if (body.Length == 0)
        {
            // Nothing said is an empty message.
            body = "{}"u8.ToArray();
        }
        else
        {
            CheckContentType(context.Request.ContentType);
        }

        if (!Utf8.IsValid(body))
        {
            throw Malformed($"The body is no UTF-8 from byte {FirstBad(body)} on; JSON is UTF-8.");
        }

        body = JsonBody.Read(body, names, check);
        context.Request.Body = new MemoryStream(body);
        context.Request.ContentLength = body.Length;
        context.Request.ContentType = "application/json";
    }

    private static async Task<byte[]> BytesAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var all = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 512, 0, 1 << 20));
        await request.Body.CopyToAsync(all, cancellation);
        return all.Length == all.Capacity ? all.GetBuffer() : all.ToArray();
    }

    private static void CheckContentType(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var media)
            || !(
                media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                    || media.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)))
        {
            throw Malformed($"The body must be JSON and say so: content-type is '{RequestCheck.Clip(contentType ?? "")}'; application/json is expected.");
        }

        if (media.Charset is { HasValue: true, Length: > 0 } charset
            && !HeaderUtilities.RemoveQuotes(charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            && !HeaderUtilities.RemoveQuotes(charset).Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
        {
            throw Malformed($"The body must be UTF-8: content-type says the charset '{RequestCheck.Clip(charset.ToString())}'.");
        }
    }

    private static RpcException Malformed(string sentence) => ApiError.Fail(ErrorReasons.MalformedRequest, sentence);

    private static int FirstBad(ReadOnlySpan<byte> body)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(body[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
