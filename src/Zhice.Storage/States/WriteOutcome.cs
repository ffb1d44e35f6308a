namespace Zhice.Storage.States;

/// <summary>What became of one write of a batch.</summary>
internal readonly record struct WriteOutcome
{
    private WriteOutcome(bool isWritten, long version) => (IsWritten, Version) = (isWritten, version);

    /// <summary>Whether it is durable. If not, the expected version was stale.</summary>
    public bool IsWritten { get; }

    /// <summary>The version that the store has now; 0 when it has none.</summary>
    public long Version { get; }

    public static WriteOutcome Written(long version) => new(true, version);

    public static WriteOutcome Stale(long storedVersion) => new(false, storedVersion);
}
