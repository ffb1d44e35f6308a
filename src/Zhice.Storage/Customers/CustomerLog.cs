using Microsoft.Extensions.Logging;

namespace Zhice.Storage.Customers;

internal static partial class CustomerLog
{
    [LoggerMessage(
        30, LogLevel.Error,
        "The state of customer {CustomerId} in bucket {Bucket}, version {Version}, cannot be read; the customer is left out.")]
    public static partial void StateUnreadable(this ILogger logger, string customerId, int bucket, long version, Exception fault);
}
