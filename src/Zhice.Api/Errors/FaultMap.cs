using System.Data.Common;
using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Orleans.Storage;
using Zhice.Domain.Faults;
using RpcStatus = Google.Rpc.Status;

namespace Zhice.Api.Errors;

/// <summary>What a caller is told of a fault.</summary>
internal static class FaultMap
{
    /// <summary>The kind of error that a fault is; null for one that nobody foresaw.</summary>
    public static ErrorReason? FindReason(Exception fault) => fault switch
    {
        StoreOverloadedException => ErrorReasons.StoreOverloaded,
        IndexNotReadyException => ErrorReasons.IndexNotReady,
        StoreUnavailableException or DbException => ErrorReasons.StoreUnavailable,
        FolderFullException => ErrorReasons.FolderFull,
        TooManyAudiencesException => ErrorReasons.TooManyAudiences,
        StateRefusedException => ErrorReasons.StateRefused,
        CustomerErasedException => ErrorReasons.CustomerErased,
        LimitExceededException or GatewayTooBusyException => ErrorReasons.SiloOverloaded,
        InconsistentStateException or ContactCountedException => ErrorReasons.WriteConflict,
        TimeoutException => ErrorReasons.NoAnswerInTime,
        SiloUnavailableException or OrleansMessageRejectionException or ClientNotAvailableException
            or ConnectionFailedException => ErrorReasons.SiloUnavailable,

        // Not by the caller, which is looked at before: a silo that stops gives up what is under way.
        OperationCanceledException => ErrorReasons.SiloUnavailable,
        AggregateException { InnerException: { } inner } => FindReason(inner),
        OrleansException { InnerException: { } inner } => FindReason(inner),

        // Orleans has no type for it: the silo that was to hold the grain was found dead as it was registered.
        OrleansException { Message: var message } when message.Contains("on invalid silo", StringComparison.Ordinal) =>
            ErrorReasons.SiloUnavailable,
        _ => null,
    };

    /// <summary>Whether the same call may well succeed in a moment.</summary>
    public static bool IsTransient(Exception fault) => FindReason(fault) is { RetryAfter: not null };

    /// <summary>The error for a fault of a method, which the log has with all that is known of it.</summary>
    public static RpcStatus ToStatus(Exception fault, string method, ILogger log)
    {
        if (FindReason(fault) is { } foreseen)
        {
            ApiLog.Foreseen(log, method, foreseen.Name, fault.GetType().Name);
            return ToStatus(foreseen);
        }

        var correlation = Activity.Current?.TraceId.ToHexString() ?? Guid.NewGuid().ToString("n");
        ApiLog.Unforeseen(log, method, correlation, fault);
        return ApiError.Create(
            ErrorReasons.InternalFault,
            $"Something went wrong inside; the log has it under {correlation}.",
            ("correlation_id", correlation));
    }

    /// <summary>The error for a fault that was foreseen; the sentence is ours, as a fault's own may tell internals.</summary>
    public static RpcStatus ToStatus(ErrorReason reason) => ApiError.Create(reason, reason.Code switch
    {
        _ when reason == ErrorReasons.FolderFull => "The folder of bulk files, or its disk, has no room for that; nothing was done.",
        _ when reason == ErrorReasons.TooManyAudiences =>
            "There are as many saved audiences as may be; nothing was done. Delete one that is not used any more.",
        _ when reason == ErrorReasons.CustomerErased =>
            "The customer was erased, and nothing was kept. If the person has become a customer anew, lift the erasure first.",
        StatusCode.ResourceExhausted => "Too much is under way inside; nothing was done. Repeat the call after the pause.",
        StatusCode.DeadlineExceeded => "The deadline passed; whether it was done is not known. Repeat it with the same ids.",
        StatusCode.Cancelled => "The call was cancelled.",
        StatusCode.FailedPrecondition => "The store takes no more of this customer; nothing was done.",
        _ when reason == ErrorReasons.WriteConflict =>
            "The customer was changed elsewhere at the same time; nothing was done. Repeat the call.",
        _ when reason == ErrorReasons.IndexNotReady =>
            "The indexes of the customers are being read from the store; nothing was done. Repeat the call after the pause.",
        _ => "A part of the system is unavailable; whether the call took effect is not known. Repeat it with the same ids.",
    });
}
