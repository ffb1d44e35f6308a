using Microsoft.Extensions.Logging;
using Zhice.Postgres;

namespace Zhice.Storage.Postgres;

internal static partial class PostgresLog
{
    [LoggerMessage(6, LogLevel.Information, "States are kept in {Store}, schema version {Version}.")]
    public static partial void OpenedPostgres(this ILogger logger, PostgresStore store, int version);

    [LoggerMessage(7, LogLevel.Warning, "The clock of this machine is off: the database's time is {Seconds:0.0} s ahead of what was gone by here, and is gone by from now on.")]
    public static partial void ClockSet(this ILogger logger, double seconds);

    [LoggerMessage(8, LogLevel.Warning, "The partitions of the days to come could not be made; trying again within the hour.")]
    public static partial void NotPrepared(this ILogger logger, Exception fault);
}
