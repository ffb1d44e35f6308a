namespace Zhice.Storage.States;

/// <summary>What became of one write of a batch.</summary>
internal readonly record struct WriteOutcome
{
    private WriteOutcome(bool isWritten, long version, string? countedContact = null, Guid? emptyLease = null) =>
        (IsWritten, Version, CountedContact, EmptyLease) = (isWritten, version, countedContact, emptyLease);

    /// <summary>Whether it is durable. If not, the expected version was stale, a contact counted before, or a lease empty.</summary>
    public bool IsWritten { get; }

    /// <summary>The version that the store has now; 0 when it has none.</summary>
    public long Version { get; }

    /// <summary>The contact that the write counts and that another has counted already; null when there is none.</summary>
    public string? CountedContact { get; }

    /// <summary>The lease of which the write takes more units than it has; null when there is none.</summary>
    public Guid? EmptyLease { get; }

    /// <summary>Whether it is a new state of a customer who was erased: such a one is never kept.</summary>
    public bool IsErased { get; private init; }

    public static WriteOutcome Written(long version) => new(true, version);

    public static WriteOutcome Stale(long storedVersion) => new(false, storedVersion);

    public static WriteOutcome Erased { get; } = new(false, 0) { IsErased = true };

    public static WriteOutcome CountedBefore(string contactId, long storedVersion) => new(false, storedVersion, contactId);

    public static WriteOutcome LeaseEmpty(Guid leaseId, long storedVersion) => new(false, storedVersion, emptyLease: leaseId);
}
