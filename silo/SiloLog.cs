namespace Zhice.Silo;

/// <summary>What the host logs.</summary>
internal static partial class SiloLog
{
    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The cluster's table of members could not be compared; it is tried again in some seconds.")]
    public static partial void MembersNotRead(ILogger log, Exception fault);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Silos are noted as dead that the cluster's table of members does not know: {Silos}.")]
    public static partial void MembersUnknown(ILogger log, string silos);

    [LoggerMessage(Level = LogLevel.Warning, Message = "More than a fifth of the last calls to grains failed: this silo is not ready.")]
    public static partial void CallsFail(ILogger log, Exception? fault);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The first day of the sample bank was not played to its end; 'zhice sample play' plays a further one.")]
    public static partial void FirstDayFailed(ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "Warmed up: {Calls} dry runs of Recommend in {Seconds:0.0} s, of which {Failed} failed, and {Connected} calls over a connection.")]
    public static partial void WarmedUp(ILogger log, int calls, double seconds, int failed, int connected);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The warm-up ended early; the first calls are slow.")]
    public static partial void WarmUpFailed(ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Calls to grains are answered again: this silo is ready.")]
    public static partial void CallsSucceed(ILogger log);
}
