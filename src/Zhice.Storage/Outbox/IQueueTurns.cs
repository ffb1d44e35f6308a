namespace Zhice.Storage.Outbox;

/// <summary>What a back end does with the queue of a channel in one short transaction, for one share of the customers.</summary>
internal interface IQueueTurns
{
    /// <summary>Leases what is free among the contacts from a place on, and puts some of those behind that wait.</summary>
    /// <param name="terms">What is wanted.</param>
    /// <param name="from">The place.</param>
    /// <param name="looksAt">How many contacts are looked at; not fewer than are wanted.</param>
    Task<QueueTurn> LeaseAsync(LeaseTerms terms, WaitingPlace from, int looksAt);

    /// <summary>Looks for the first contact that is free, and changes nothing.</summary>
    /// <param name="terms">Of which channel and customers, and when.</param>
    /// <param name="from">From which place on.</param>
    /// <param name="looksAt">How many contacts are looked at.</param>
    Task<QueueTurn> PassAsync(LeaseTerms terms, WaitingPlace from, int looksAt);

    /// <summary>Puts contacts behind that wait, and leases none.</summary>
    /// <param name="terms">Of which channel and customers, and when.</param>
    /// <param name="from">From which place on.</param>
    /// <param name="looksAt">How many contacts are looked at.</param>
    Task<QueueTurn> PutBehindAsync(LeaseTerms terms, WaitingPlace from, int looksAt);
}

/// <summary>What a turn found.</summary>
/// <param name="HasMore">Whether it looked at as many as it was to: there may be more.</param>
/// <param name="Last">The last place that it looked at; null for none.</param>
internal sealed record QueueTurn(bool HasMore, WaitingPlace? Last)
{
    /// <summary>What it leased.</summary>
    public IReadOnlyList<LeasedContactRow> Leased { get; init; } = [];

    /// <summary>The first place of one that is for the next lease; null for none.</summary>
    public WaitingPlace? Free { get; init; }

    /// <summary>The first place of one that waits and is not put behind yet; null for none.</summary>
    public WaitingPlace? Left { get; init; }
}
