using Microsoft.Extensions.Logging;

namespace Zhice.Api;

/// <summary>What the API logs. Never a customer's data: ids of calls and methods only.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(1, LogLevel.Debug, "{Method} was shed with {InFlight} calls of its class under way.")]
    public static partial void Shed(ILogger log, string method, int inFlight);

    // The kind of the fault alone: its message may name a customer, and in an outage there are thousands a second.
    [LoggerMessage(2, LogLevel.Warning, "{Method} ended with {Reason}, for a {Fault}.")]
    public static partial void Foreseen(ILogger log, string method, string reason, string fault);

    [LoggerMessage(3, LogLevel.Error, "{Method} failed; the caller was told correlation id {Correlation}.")]
    public static partial void Unforeseen(ILogger log, string method, string correlation, Exception fault);

    [LoggerMessage(4, LogLevel.Debug, "A request of {Message} could not be read.")]
    public static partial void Malformed(ILogger log, string message, Exception fault);

    [LoggerMessage(5, LogLevel.Warning, "Events of a stream failed with {Reason}; they are sent again (attempt {Attempt}).")]
    public static partial void StreamRetry(ILogger log, string reason, int attempt);

    [LoggerMessage(8, LogLevel.Warning, "Events of a stream wait: {Reason}.")]
    public static partial void StreamWaits(ILogger log, string reason);

    [LoggerMessage(6, LogLevel.Warning, "Catalogue version {Version} is in force, but this silo does not decide by it yet.")]
    public static partial void CatalogNotHereYet(ILogger log, long version);

    [LoggerMessage(7, LogLevel.Information, "{Actor}: {Kind} of {Who} in journey {JourneyId}, stage '{StageId}': {Comment}")]
    public static partial void JourneyChanged(
        ILogger logger, string actor, Zhice.V1.JourneyChangeKind kind, string who, string journeyId, string stageId, string comment);

    [LoggerMessage(9, LogLevel.Warning, "A token was refused: {Reason}.")]
    public static partial void TokenRefused(ILogger log, string reason);

    [LoggerMessage(10, LogLevel.Warning, "The keys of the identity provider cannot be read; those that were read before stay.")]
    public static partial void KeysNotRead(ILogger log, Exception fault);

    [LoggerMessage(11, LogLevel.Warning, "The revocations of callers cannot be read ({Fault}); those that were read before stay.")]
    public static partial void RevocationsNotRead(ILogger log, string fault);

    [LoggerMessage(12, LogLevel.Warning, "The caller {Name} was refused too often, and is locked out for {Time}.")]
    public static partial void LockedOut(ILogger log, string name, TimeSpan time);

    [LoggerMessage(13, LogLevel.Warning, "A caller who was refused too often could not be locked out ({Fault}).")]
    public static partial void NotLockedOut(ILogger log, string fault);

    [LoggerMessage(30, LogLevel.Error, "{Method} was refused: the audit trail cannot be written.")]
    public static partial void AuditAway(ILogger log, string method, Exception fault);

    [LoggerMessage(31, LogLevel.Error, "How {Method} ended is not in the audit trail; its call is {CallId}.")]
    public static partial void NotAudited(ILogger log, string method, Guid callId, Exception fault);

    [LoggerMessage(32, LogLevel.Warning, "The audit trail has no values after {Method}: they could not be read.")]
    public static partial void ValuesNotRead(ILogger log, string method, Exception fault);

    [LoggerMessage(33, LogLevel.Warning, "A refused call is not in the audit trail: {Fault}.")]
    public static partial void RefusalNotAudited(ILogger log, string fault);
}
