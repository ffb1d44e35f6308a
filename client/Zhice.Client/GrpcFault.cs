using System.Collections.Immutable;
using Google.Rpc;
using Grpc.Core;

namespace Zhice.Client;

/// <summary>A field that is wrong.</summary>
/// <param name="Path">Where it is, such as "catalog.actions[3].value_fen".</param>
/// <param name="Sentence">What is wrong with it, and what would be right.</param>
public readonly record struct FieldFault(string Path, string Sentence);

/// <summary>An error of the API, read from its google.rpc.Status: for a program its reason, for people its sentences.</summary>
/// <param name="Code">The gRPC status code.</param>
/// <param name="Reason">The ErrorInfo's reason, UPPER_SNAKE; empty when the server gave none.</param>
/// <param name="Sentence">What was wrong, in English.</param>
/// <param name="LocalizedSentence">The same in the operators' language; empty when the server gave none.</param>
/// <param name="Metadata">What a program may need, by name.</param>
/// <param name="Fields">The fields that are wrong; empty when no single field is.</param>
/// <param name="RetryAfter">After which pause the same call may be repeated; null when the server did not say.</param>
/// <param name="IsUnreachable">True: no server answered at all.</param>
public sealed record GrpcFault(
    StatusCode Code,
    string Reason,
    string Sentence,
    string LocalizedSentence,
    ImmutableDictionary<string, string> Metadata,
    ImmutableArray<FieldFault> Fields,
    TimeSpan? RetryAfter,
    bool IsUnreachable)
{
    /// <summary>Reads the fault of a call.</summary>
    public static GrpcFault From(RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var status = exception.Status;
        if (exception.GetRpcStatus() is { } details)
        {
            return From(details);
        }

        // The channel's own faults, which never met a server, carry the exception that they came from.
        var isUnreachable = status.StatusCode == StatusCode.Unavailable
            && status.DebugException is System.Net.Sockets.SocketException or HttpRequestException;
        return new(status.StatusCode, "", status.Detail, "", ImmutableDictionary<string, string>.Empty, [], null, isUnreachable);
    }

    /// <summary>Reads a fault that is part of an answer, such as that of a refused event.</summary>
    public static GrpcFault From(Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        var about = status.GetDetail<ErrorInfo>();
        return new(
            (StatusCode)status.Code,
            about?.Reason ?? "",
            status.Message,
            status.GetDetail<LocalizedMessage>()?.Message ?? "",
            about?.Metadata.ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty,
            [.. (status.GetDetail<BadRequest>()?.FieldViolations ?? []).Select(v => new FieldFault(v.Field, v.Description))],
            status.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan(),
            IsUnreachable: false);
    }
}
