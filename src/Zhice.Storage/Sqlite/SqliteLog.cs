using Microsoft.Extensions.Logging;

namespace Zhice.Storage.Sqlite;

internal static partial class SqliteLog
{
    [LoggerMessage(1, LogLevel.Information, "States are kept in {Path}, by SQLite {Version}.")]
    public static partial void Opened(this ILogger logger, string path, string version);
}
