namespace Zhice.Domain.Audit;

/// <summary>What does not fit in a chain.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Sequence">The number of the entry at which it was found; of a gap, the first that is missing.</param>
/// <param name="Other">Of a gap, the last that is missing; of a moved entry, the number that it was written with; else 0.</param>
/// <param name="AtMs">The time of the entry, unix milliseconds; of a gap, that of the last entry before it.</param>
/// <param name="UntilMs">Of a gap, the time of the first entry behind it, unix milliseconds; else 0.</param>
public readonly record struct AuditFault(AuditFaultKind Kind, long Sequence, long Other = 0, long AtMs = 0, long UntilMs = 0);

/// <summary>What can be wrong with a chain.</summary>
public enum AuditFaultKind
{
    /// <summary>
    /// The entry's hash is not that of its bytes behind the entry before: one of the two was edited, put in, or replaced.
    /// </summary>
    Changed,

    /// <summary>Entries were cut out.</summary>
    Missing,

    /// <summary>The entry was written with another number: the order was changed.</summary>
    Moved,

    /// <summary>The entry's number is not above that of the one before.</summary>
    OutOfOrder,

    /// <summary>The entry's time is before that of the one before.</summary>
    TimeReversed,

    /// <summary>The chain ends before the last entry that the store, or a checkpoint, says was written.</summary>
    Truncated,

    /// <summary>The entry's hash is not the one in a checkpoint: it, or one before it, was replaced and all hashes made anew.</summary>
    AgainstCheckpoint,

    /// <summary>The checkpoint is of another chain.</summary>
    OtherChain,

    /// <summary>The entry's bytes cannot be read.</summary>
    Unreadable,

    /// <summary>The chain begins behind its first entry, and no checkpoint says where it was cut.</summary>
    NoBeginning,
}
