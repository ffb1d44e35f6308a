namespace Zhice.Domain.Faults;

/// <summary>
/// This program cannot use this store at all: its schema is newer, the SQLite library or the PostgreSQL server too old, the
/// connection string wrong, or a right is missing. The start stops.
/// </summary>
public sealed class StoreUnfitException(string message, Exception? inner = null) : Exception(message, inner);
