namespace Zhice.Bulk.Import;

/// <summary>More rows were rejected than may be; those that were loaded before stay loaded.</summary>
public sealed class TooManyRejectsException(long limit)
    : Exception($"More than {limit} rows were rejected, so the import was stopped; what was loaded before stays. The reject file says which and why.");
