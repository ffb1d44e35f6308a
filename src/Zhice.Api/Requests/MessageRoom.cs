using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Frozen;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Zhice.Api.Errors;
using Zhice.Api.Hosting;

namespace Zhice.Api.Requests;

/// <summary>
/// Stands before gRPC: of large messages only so many bytes are read and worked at together. The length of a message stands
/// before it, so one that finds no room is refused before it is read. Small ones, which are nearly all, pass by.
/// </summary>
/// <remarks>Hot path: one look at bytes that are mostly there already.</remarks>
internal sealed class MessageRoom(ApiOptions options) : IStartupFilter
{
    /// <summary>How many bytes large messages may have together.</summary>
    public const long MostBytes = 48L << 20;

    private const int MostSmallBytes = 64 << 10;
    private const int PrefixBytes = 5;

    // Their first message is one of many; what they hold is bounded where they are read.
    private static readonly FrozenSet<string> Streams = new[]
    {
        "/zhice.v1.EventService/StreamEvents", "/zhice.v1.BulkService/UploadFile", "/zhice.v1.AudienceService/UploadAudience", "/zhice.v1.DeliveryService/Subscribe",
    }.ToFrozenSet(StringComparer.Ordinal);

    private long _held;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(inner => context => IsMessage(context.Request) ? PassAsync(inner, context) : inner(context));
        next(app);
    };

    /// <summary>What the five bytes before a message say: how much room it takes, or what is wrong with them.</summary>
    /// <param name="prefix">The bytes.</param>
    /// <param name="most">How many bytes a message may have, unpacked.</param>
    public static (long Bytes, string? Fault) Read(ReadOnlySpan<byte> prefix, int most) =>
        (prefix[0], BinaryPrimitives.ReadUInt32BigEndian(prefix[1..])) switch
        {
            ( > 1, _) => (0, $"The byte before the message's length is {prefix[0]}; 0 says plain, and 1 compressed."),
            (_, var length) when length > (uint)most => (0, $"The message says that it has {length:N0} bytes; at most {most:N0} are taken."),

            // How much a compressed one has is not known before it is unpacked.
            (1, _) => (most, null),
            (_, var length) => (length, null),
        };

    // Of what is not served here nothing is waited for.
    private static bool IsMessage(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.Ordinal)
        && (request.Path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal) || IsOurs(request.Path.Value ?? ""));

    private static bool IsOurs(string path) => path.StartsWith("/zhice.v1.", StringComparison.Ordinal) && !Streams.Contains(path);

    private async Task PassAsync(RequestDelegate inner, HttpContext context)
    {
        if (await PeekAsync(context.Request.BodyReader, context.RequestAborted) is not { } prefix)
        {
            await inner(context);
            return;
        }

        var (bytes, fault) = Read(prefix, options.MaxReceiveBytes);
        if (fault is not null)
        {
            Fail(context, ApiError.Of(ErrorReasons.MalformedRequest, fault));
        }
        else if (bytes <= MostSmallBytes)
        {
            await inner(context);
        }
        else if (Interlocked.Add(ref _held, bytes) > MostBytes)
        {
            Interlocked.Add(ref _held, -bytes);
            Fail(context, ApiError.Of(
                ErrorReasons.TooManyCalls,
                "Too many large messages are under way; this one was not read. Repeat it after the pause.",
                ("call_class", "large-message"),
                ("limit", FormattableString.Invariant($"{MostBytes}"))));
        }
        else
        {
            try
            {
                await inner(context);
            }
            finally
            {
                Interlocked.Add(ref _held, -bytes);
            }
        }
    }

    // Null: the body ends before; what reads it says so.
    private static async ValueTask<byte[]?> PeekAsync(PipeReader body, CancellationToken cancellation)
    {
        while (true)
        {
            if (!body.TryRead(out var read))
            {
                read = await body.ReadAsync(cancellation);
            }

            if (read.Buffer.Length >= PrefixBytes)
            {
                var prefix = read.Buffer.Slice(0, PrefixBytes).ToArray();
                body.AdvanceTo(read.Buffer.Start);
                return prefix;
            }

            if (read.IsCompleted || read.IsCanceled)
            {
                body.AdvanceTo(read.Buffer.Start);
                return null;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    // An answer of trailers alone, as gRPC has it.
    private static void Fail(HttpContext context, Google.Rpc.Status status)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = FormattableString.Invariant($"{status.Code}");
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(status.Message);
        context.Response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray());
    }
}
