using Zhice.Domain.Faults;
using Zhice.Domain.Journeys;

namespace Zhice.Storage.Journeys;

/// <summary>Timers and counts of journeys, in the store of the states.</summary>
/// <remarks>Each method throws <see cref="StoreUnavailableException"/> when the store is away.</remarks>
public sealed class JourneyRows(GroupCommitStorage storage)
{
    /// <inheritdoc cref="IJourneyStore.ListDueAsync"/>
    public Task<IReadOnlyList<DueTimer>> ListDueAsync(int part, int parts, DueTimer? after, long nowMs, int most) =>
        storage.Journeys.ListDueAsync(part, parts, after, nowMs, most);

    /// <inheritdoc cref="IJourneyStore.CountOverdueAsync"/>
    public Task<long> CountOverdueAsync(long beforeMs) => storage.Journeys.CountOverdueAsync(beforeMs);

    /// <inheritdoc cref="IJourneyStore.ListCountsAsync"/>
    public Task<IReadOnlyList<JourneyCount>> ListCountsAsync(ushort journey) => storage.Journeys.ListCountsAsync(journey);
}
