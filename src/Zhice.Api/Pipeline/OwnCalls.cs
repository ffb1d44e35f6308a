using System.Buffers.Binary;
using System.Collections.Frozen;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Api.Identity;
using Zhice.V1;

namespace Zhice.Api.Pipeline;

/// <summary>
/// Makes calls of the host's own, from its first middleware to the grain and back: as a call over a connection does it, whatever the
/// identities and the TLS of the ports.
/// </summary>
public sealed class OwnCalls : IStartupFilter
{
    private const int PrefixBytes = 5;

    private static readonly TimeSpan MaxCall = TimeSpan.FromSeconds(30);

    private readonly Authenticator _authenticator;
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _clock;
    private RequestDelegate? _pipeline;

    internal OwnCalls(Authenticator authenticator, IServiceScopeFactory scopes, TimeProvider clock) =>
        (_authenticator, _scopes, _clock) = (authenticator, scopes, clock);

    /// <summary>Takes the pipeline of the host as it starts.</summary>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(inner => _pipeline = inner);
        next(app);
    };

    /// <summary>Asks what to say to a customer. Only a dry run leaves nothing behind.</summary>
    /// <param name="name">Who calls, for logs.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="isDirect">Whether a customer who is active here is read without a call of the grain, as it is for others.</param>
    /// <exception cref="InvalidOperationException">The host has not started.</exception>
    /// <exception cref="RpcException">The call was refused, or failed.</exception>
    public async Task<RecommendResponse> RecommendAsync(string name, RecommendRequest request, bool isDirect)
    {
        var pipeline = _pipeline ?? throw new InvalidOperationException("The host has not started.");
        await using var scope = _scopes.CreateAsyncScope();
        await using var answer = new MemoryStream();
        var (features, trailers) = (new FeatureCollection(), new Trailers());
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Protocol = HttpProtocol.Http2, Scheme = "https", Method = HttpMethods.Post, Path = DirectRecommends.Path, Body = new MemoryStream(Framed(request)),
        });
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer));
        features.Set<IHttpResponseTrailersFeature>(trailers);
        var context = new DefaultHttpContext(features) { RequestServices = scope.ServiceProvider };
        context.Request.ContentType = "application/grpc";
        context.Request.Headers.TE = "trailers";
        var header = _authenticator.Admit(new(name, Roles.App, FrozenSet<string>.Empty, _clock.GetUtcNow() + MaxCall) { IsOwn = isDirect });
        try
        {
            context.Request.Headers.Authorization = header;
            await pipeline(context);
            await context.Response.CompleteAsync();
        }
        finally
        {
            _authenticator.Dismiss(header);
        }

        // A call that failed before it began has its status in the headers.
        var status = Read(trailers.All, "grpc-status") ?? Read(context.Response.Headers, "grpc-status") ?? "";
        return status == "0"
            ? RecommendResponse.Parser.ParseFrom(answer.GetBuffer(), PrefixBytes, (int)answer.Length - PrefixBytes)
            : throw new RpcException(new(
                int.TryParse(status, out var code) ? (StatusCode)code : StatusCode.Unknown,
                Read(trailers.All, "grpc-message") ?? Read(context.Response.Headers, "grpc-message") ?? $"HTTP {context.Response.StatusCode}"));
    }

    private static byte[] Framed(RecommendRequest request)
    {
        var message = new byte[PrefixBytes + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - PrefixBytes);
        request.WriteTo(message.AsSpan(PrefixBytes));
        return message;
    }

    private static string? Read(IHeaderDictionary headers, string name) => headers.TryGetValue(name, out var values) ? values.ToString() : null;

    private sealed class Trailers : IHttpResponseTrailersFeature
    {
        IHeaderDictionary IHttpResponseTrailersFeature.Trailers { get; set; } = new HeaderDictionary();

        public IHeaderDictionary All => ((IHttpResponseTrailersFeature)this).Trailers;
    }
}
