using Microsoft.Extensions.Logging;
using Zhice.Storage.States;

namespace Zhice.Storage.Commits;

internal static partial class CommitLog
{
    [LoggerMessage(2, LogLevel.Error, "The store is away; {Count} writes failed.")]
    public static partial void StoreUnavailable(this ILogger logger, int count, Exception fault);

    [LoggerMessage(3, LogLevel.Warning, "Whether {Count} writes were kept is not known after {Tries} tries.")]
    public static partial void OutcomeUnknown(this ILogger logger, int count, int tries, Exception fault);

    [LoggerMessage(4, LogLevel.Warning, "One of {Count} writes made their transaction fail; the batch is halved to find it.")]
    public static partial void BatchHalved(this ILogger logger, int count, Exception fault);

    [LoggerMessage(5, LogLevel.Error, "The store refuses the state of {Key}.")]
    public static partial void StateRefused(this ILogger logger, StateKey key, Exception fault);
}
