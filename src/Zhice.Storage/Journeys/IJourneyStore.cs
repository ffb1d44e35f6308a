using Zhice.Domain.Faults;
using Zhice.Domain.Journeys;

namespace Zhice.Storage.Journeys;

/// <summary>What a back end keeps of journeys beside the customers' states: their timers, and how often they moved.</summary>
public interface IJourneyStore
{
    /// <summary>Timers that are due, those first that are due longest.</summary>
    /// <param name="part">Of which part of the buckets, from 0.</param>
    /// <param name="parts">Into how many parts the buckets are divided.</param>
    /// <param name="after">Behind which timer; null: from the first.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="limit">How many at the most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<DueTimer>> ListDueAsync(int part, int parts, DueTimer? after, long nowMs, int limit);

    /// <summary>How many timers are due since before an instant.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<long> CountOverdueAsync(long beforeMs);

    /// <summary>How often customers of a journey moved.</summary>
    /// <param name="journey">The number of the journey.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<JourneyCount>> ListCountsAsync(ushort journey);
}

/// <summary>A timer that is due.</summary>
/// <param name="CustomerId">Whose.</param>
/// <param name="Step">What it is for.</param>
/// <param name="Generation">Which setting of it.</param>
/// <param name="DueAtMs">When it was due, unix milliseconds.</param>
/// <param name="Bucket">The customer's bucket.</param>
public sealed record DueTimer(string CustomerId, string Step, long Generation, long DueAtMs, short Bucket);
