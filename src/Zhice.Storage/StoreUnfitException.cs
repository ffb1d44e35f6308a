namespace Zhice.Storage;

/// <summary>This program cannot use this store at all: its schema is newer, or the SQLite library is too old. The start stops.</summary>
public sealed class StoreUnfitException(string message) : Exception(message);
