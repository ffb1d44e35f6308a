using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Frozen;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Zhice.Api.Calls;
using Zhice.Api.Errors;

namespace Zhice.Api.Pipeline;

/// <summary>
/// Stands before gRPC: of large messages only so many bytes are read and worked at together. The length of a message stands
/// before it, so one that finds no room is refused before it is read. Small ones, which are nearly all, pass by. A stream's
/// messages are small one by one (<see cref="CallAttribute.MaxMessageBytes"/>), and how many of them are held is bounded where they are
/// read.
/// </summary>
/// <remarks>Hot path: one look at bytes that are mostly there already.</remarks>
internal sealed class MessageMemoryLimit(ApiOptions options) : IStartupFilter
{
    /// <summary>How many bytes large messages may have together.</summary>
    public const long MaxBytes = 48L << 20;

    private const int MaxSmallBytes = 64 << 10;
    private const int PrefixBytes = 5;

    private static readonly FrozenDictionary<string, string> Paths = ApiMethods.All.Select(static method => method.Path)
        .Concat(Grpc.Health.V1.Health.Descriptor.Methods.Select(static method => $"/{method.Service.FullName}/{method.Name}"))
        .ToFrozenDictionary(static path => path, StringComparer.OrdinalIgnoreCase);

    private long _held;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(inner => context =>
        {
            if (FindPath(context.Request) is not { } path)
            {
                return inner(context);
            }

            context.Request.Path = path;
            if (ApiMethods.Find(path)?.MaxMessageBytes is not { } maxBytes)
            {
                return PassAsync(inner, context);
            }

            context.Features.Set<IRequestBodyPipeFeature>(
                new Body(new BoundedMessages(context.Request.BodyReader, Math.Min(maxBytes, options.MaxReceiveBytes))));
            return inner(context);
        });
        next(app);
    };

    /// <summary>What the five bytes before a message say: how much room it takes, or what is wrong with them.</summary>
    /// <param name="prefix">The bytes.</param>
    /// <param name="maxBytes">How many bytes a message may have, unpacked.</param>
    public static (long Bytes, string? Fault) Read(ReadOnlySpan<byte> prefix, int maxBytes) =>
        (prefix[0], BinaryPrimitives.ReadUInt32BigEndian(prefix[1..])) switch
        {
            ( > 1, _) => (0, $"The byte before the message's length is {prefix[0]}; 0 says plain, and 1 compressed."),
            (_, var length) when length > (uint)maxBytes =>
                (0, $"The message says that it has {length:N0} bytes; at most {maxBytes:N0} are taken."),

            // How much a compressed one has is not known before it is unpacked.
            (1, _) => (maxBytes, null),
            (_, var length) => (length, null),
        };

    /// <summary>The same of a body that begins with a message; null while the five bytes are not all there.</summary>
    public static (long Bytes, string? Fault)? Look(ReadOnlySequence<byte> body, int maxBytes)
    {
        if (body.Length < PrefixBytes)
        {
            return null;
        }

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        body.Slice(0, PrefixBytes).CopyTo(prefix);
        return Read(prefix, maxBytes);
    }

    // The exact path of a method; null for what is not served here, of which nothing is waited for. Routing also takes a path of
    // other letters' case or with a slash at its end: no gate and no limit must be passed by with one.
    private static string? FindPath(HttpRequest request) =>
        GrpcAnswers.IsGrpc(request)
            ? Paths.GetValueOrDefault((request.Path.Value ?? "").TrimEnd('/'))
            : null;

    private async Task PassAsync(RequestDelegate inner, HttpContext context)
    {
        if (await LookAsync(context.Request.BodyReader, context.RequestAborted) is not var (bytes, fault))
        {
            await inner(context);
            return;
        }

        if (fault is not null)
        {
            GrpcAnswers.Fail(context, ApiError.Create(ErrorReasons.MalformedRequest, fault));
        }
        else if (bytes <= MaxSmallBytes)
        {
            await inner(context);
        }
        else if (Interlocked.Add(ref _held, bytes) > MaxBytes)
        {
            Interlocked.Add(ref _held, -bytes);
            GrpcAnswers.Fail(context, ApiError.Create(
                ErrorReasons.TooManyCalls,
                "Too many large messages are under way; this one was not read. Repeat it after the pause.",
                ("call_class", "large-message"),
                ("limit", FormattableString.Invariant($"{MaxBytes}"))));
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
    private async ValueTask<(long Bytes, string? Fault)?> LookAsync(PipeReader body, CancellationToken cancellation)
    {
        while (true)
        {
            if (!body.TryRead(out var read))
            {
                read = await body.ReadAsync(cancellation);
            }

            if (Look(read.Buffer, options.MaxReceiveBytes) is { } seen)
            {
                body.AdvanceTo(read.Buffer.Start);
                return seen;
            }

            if (read.IsCompleted || read.IsCanceled)
            {
                body.AdvanceTo(read.Buffer.Start);
                return null;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private sealed class Body(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
