using Microsoft.Extensions.Logging;
using Zhice.Postgres;
using Zhice.Storage.States;

namespace Zhice.Storage;

internal static partial class StorageLog
{
    [LoggerMessage(1, LogLevel.Information, "States are kept in {Path}, by SQLite {Version}.")]
    public static partial void Opened(this ILogger logger, string path, string version);

    [LoggerMessage(2, LogLevel.Error, "The store is away; {Count} writes failed.")]
    public static partial void StoreUnavailable(this ILogger logger, int count, Exception fault);

    [LoggerMessage(3, LogLevel.Warning, "Whether {Count} writes were kept is not known after {Tries} tries.")]
    public static partial void OutcomeUnknown(this ILogger logger, int count, int tries, Exception fault);

    [LoggerMessage(4, LogLevel.Warning, "One of {Count} writes made their transaction fail; the batch is halved to find it.")]
    public static partial void BatchHalved(this ILogger logger, int count, Exception fault);

    [LoggerMessage(5, LogLevel.Error, "The store refuses the state of {Key}.")]
    public static partial void StateRefused(this ILogger logger, StateKey key, Exception fault);

    [LoggerMessage(6, LogLevel.Information, "States are kept in {Store}, schema version {Version}.")]
    public static partial void OpenedPostgres(this ILogger logger, PostgresStore store, int version);

    [LoggerMessage(7, LogLevel.Warning, "The clock of this machine is off: the database's time is {Seconds:0.0} s ahead of what was gone by here, and is gone by from now on.")]
    public static partial void ClockSet(this ILogger logger, double seconds);

    [LoggerMessage(8, LogLevel.Warning, "The partitions of the days to come could not be made; trying again within the hour.")]
    public static partial void NotPrepared(this ILogger logger, Exception fault);

    [LoggerMessage(30, LogLevel.Error, "The state of customer {CustomerId} in bucket {Bucket}, version {Version}, cannot be read; the customer is left out.")]
    public static partial void StateUnreadable(this ILogger logger, string customerId, int bucket, long version, Exception fault);
}
