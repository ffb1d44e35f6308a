using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace Zhice.Api.Errors;

/// <summary>The one place that builds <c>google.rpc.Status</c> (AIP-193).</summary>
internal static class ApiError
{
    public const string Domain = "zhice.v1";

    // A client takes 8 KiB of trailers (gRPC's own default), and the details travel in them as base64, some twice.
    private const int MaxViolationBytes = 4 * 1024;
    private const int MaxMessageChars = 512;
    private const int MaxMetadataChars = 256;

    /// <summary>An error with what a program needs to know in <paramref name="metadata"/>.</summary>
    public static RpcStatus Create(ErrorReason reason, string message, params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        var info = new ErrorInfo { Reason = reason.Name, Domain = Domain };
        foreach (var (key, value) in metadata)
        {
            // What a caller sent comes back to them, and trailers hold little.
            info.Metadata[key] = value.Length <= MaxMetadataChars ? value : string.Concat(value.AsSpan(0, MaxMetadataChars), "…");
        }

        return Create(reason, message, info, null);
    }

    /// <summary>An error that names the fields that are wrong, as many as the trailers of a call can carry.</summary>
    public static RpcStatus Create(ErrorReason reason, string message, IReadOnlyList<BadRequest.Types.FieldViolation> violations)
    {
        var request = new BadRequest();
        var bytes = 0;
        foreach (var violation in violations)
        {
            bytes += violation.CalculateSize() + 4;
            if (bytes > MaxViolationBytes && request.FieldViolations.Count > 0)
            {
                break;
            }

            request.FieldViolations.Add(violation);
        }

        var info = new ErrorInfo { Reason = reason.Name, Domain = Domain };
        info.Metadata["violations"] = violations.Count.ToString(CultureInfo.InvariantCulture);
        if (request.FieldViolations.Count < violations.Count)
        {
            info.Metadata["violations_listed"] = request.FieldViolations.Count.ToString(CultureInfo.InvariantCulture);
        }

        return Create(reason, message, info, request);
    }

    /// <summary>The exception that ends a call with the error.</summary>
    public static RpcException Fail(ErrorReason reason, string message, params ReadOnlySpan<(string Key, string Value)> metadata) =>
        Create(reason, message, metadata).ToRpcException();

    private static RpcStatus Create(ErrorReason reason, string message, ErrorInfo info, BadRequest? request)
    {
        var status = new RpcStatus
        {
            Code = (int)reason.Code,
            Message = message.Length <= MaxMessageChars ? message : string.Concat(message.AsSpan(0, MaxMessageChars), "…"),
        };
        Add(status.Details, info);
        if (request is not null)
        {
            Add(status.Details, request);
        }

        if (reason.RetryAfter is { } pause)
        {
            Add(status.Details, new RetryInfo { RetryDelay = Duration.FromTimeSpan(pause) });
        }

        Add(status.Details, new LocalizedMessage { Locale = "zh-CN", Message = reason.Chinese });
        return status;
    }

    private static void Add(RepeatedField<Any> details, IMessage detail) => details.Add(Any.Pack(detail));
}
