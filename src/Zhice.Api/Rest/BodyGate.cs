using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Zhice.Api.Calls;
using Zhice.Api.Errors;

namespace Zhice.Api.Rest;

/// <summary>
/// Lets few large bodies of REST in at a time, before they are read: each takes several times its length while it is made
/// a message. Small ones, which are nearly all, pass by.
/// </summary>
internal sealed class BodyGate(ApiOptions options)
{
    private const long MaxSmallBytes = 64 << 10;
    private const int MaxLarge = 4;

    private readonly CallGate _large = new("rest-body", MaxLarge);

    public async Task PassAsync(HttpContext context, Func<Task> inner)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.MaxReceiveBytes;
        }

        var length = context.Request.ContentLength;
        if (length > options.MaxReceiveBytes)
        {
            await RestAnswers.FailAsync(context, StatusCodes.Status413PayloadTooLarge, ApiError.Create(
                ErrorReasons.MalformedRequest, $"The body has {length:N0} bytes; at most {options.MaxReceiveBytes:N0} are taken."));
            return;
        }

        // A GET has no length and no body.
        var isLarge = length > MaxSmallBytes || (length is null && context.Request.Headers.TransferEncoding.Count > 0);
        if (!isLarge)
        {
            await inner();
            return;
        }

        if (!_large.TryEnter())
        {
            await RestAnswers.FailAsync(context, StatusCodes.Status429TooManyRequests, ApiError.Create(
                ErrorReasons.TooManyCalls,
                "Too many large bodies are under way; this one was not read. Repeat it after the pause.",
                ("call_class", _large.CallClass),
                ("limit", FormattableString.Invariant($"{_large.Limit}"))));
            return;
        }

        try
        {
            await inner();
        }
        finally
        {
            _large.Leave();
        }
    }
}
