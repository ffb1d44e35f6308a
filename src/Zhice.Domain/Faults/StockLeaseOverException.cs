namespace Zhice.Domain.Faults;

/// <summary>
/// A commit takes units of stock out of a lease that has none left, or is over: nothing of it was kept. It may be made again
/// with units of another lease.
/// </summary>
public sealed class StockLeaseOverException(string message) : Exception(message);
