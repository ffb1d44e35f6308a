using Microsoft.Extensions.Logging;

namespace Zhice.Bulk;

internal static partial class BulkLog
{
    [LoggerMessage(1, LogLevel.Warning, "The store is away; the import or export goes on when it is back.")]
    public static partial void StoreAway(ILogger log, Exception fault);
}
