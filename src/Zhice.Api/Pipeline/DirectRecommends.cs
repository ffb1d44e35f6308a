using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Recommendations;
using Zhice.Domain.Decisions;

namespace Zhice.Api.Pipeline;

/// <summary>
/// Answers Recommend before routing and gRPC, when it is a small message about a customer who is active on this silo: the answer is
/// written as bytes, from what was encoded once. Whatever is not as usual goes on to <see cref="RecommendationService"/>, which begins
/// anew: a recommendation that counts nothing can be made twice.
/// </summary>
/// <remarks>Hot path: allocates the request, and nothing for the answer.</remarks>
internal sealed class DirectRecommends(
    Authenticator authenticator, Revocations revocations, CallGates gates, CallEntrance entrance, RecommendAnswers answers) : IStartupFilter
{
    /// <summary>The path of the method.</summary>
    public const string Path = "/zhice.v1.RecommendationService/Recommend";

    private const string Grpc = "application/grpc";
    private const int PrefixBytes = 5;
    private const int MaxMessageBytes = 16 << 10;

    private readonly CallGate _gate = gates.Find(Path)!.Gate;
    private readonly Roles _roles = ApiMethods.Find(Path)!.Call.Roles;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(inner => context => IsUsual(context.Request) ? PassAsync(inner, context) : inner(context));
        next(app);
    };

    private static bool IsUsual(HttpRequest request) =>
        request.Path.Value == Path && request.ContentType == Grpc && HttpMethods.IsPost(request.Method)
        && HttpProtocol.IsHttp2(request.Protocol);

    private async Task PassAsync(RequestDelegate inner, HttpContext context)
    {
        if ((await authenticator.FindAsync(context)).Caller is not { } caller || !caller.HasAny(_roles) || revocations.Has(caller)
            || !await TryAnswerAsync(context, caller))
        {
            await inner(context);
            return;
        }

        // Routing says it of other calls; nothing is there while nobody listens to the metric.
        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new("http.route", Path));
    }

    private async ValueTask<bool> TryAnswerAsync(HttpContext context, Caller caller)
    {
        var body = context.Request.BodyReader;
        while (true)
        {
            if (!body.TryRead(out var read))
            {
                read = await body.ReadAsync(context.RequestAborted);
            }

            if (read.IsCompleted || read.IsCanceled || read.Buffer.Length > MaxMessageBytes + PrefixBytes)
            {
                var isAnswered = read.IsCompleted && TryGetMessage(read.Buffer, out var message) && TryAnswer(context, caller, message);
                body.AdvanceTo(isAnswered ? read.Buffer.End : read.Buffer.Start);
                return isAnswered;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    // One message, not compressed, and nothing behind it.
    private static bool TryGetMessage(ReadOnlySequence<byte> body, out ReadOnlySequence<byte> message)
    {
        message = default;
        if (body.Length is < PrefixBytes or > MaxMessageBytes + PrefixBytes)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        body.Slice(0, PrefixBytes).CopyTo(prefix);
        message = body.Slice(PrefixBytes);
        return prefix[0] == 0 && BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]) == message.Length;
    }

    private bool TryAnswer(HttpContext context, Caller caller, ReadOnlySequence<byte> message)
    {
        if (answers.TryRead(message, caller.IsOwn) is not { } asked)
        {
            return false;
        }

        if (entrance.TryEnter(_gate, caller, Path, out var refusal) is not { } place)
        {
            GrpcAnswers.Fail(context, refusal!);
            return true;
        }

        var buffers = DecisionBuffers.Rent();
        try
        {
            return answers.TryDecide(asked, buffers, out var decision, out var encoded) && TryWrite(context, decision, encoded);
        }
        finally
        {
            buffers.Return();
            place.Leave();
        }
    }

    private static bool TryWrite(HttpContext context, in LentDecision decision, EncodedResponse encoded)
    {
        if (context.Features.Get<IHttpResponseTrailersFeature>() is not { } trailers)
        {
            return false;
        }

        context.Response.ContentType = Grpc;
        var length = encoded.Measure(decision);
        var answer = context.Response.BodyWriter.GetSpan(PrefixBytes + length);
        answer[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(answer[1..], length);
        encoded.Write(decision, answer.Slice(PrefixBytes, length));
        context.Response.BodyWriter.Advance(PrefixBytes + length);
        trailers.Trailers["grpc-status"] = "0";
        return true;
    }
}
