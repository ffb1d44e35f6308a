using Zhice.Api.Requests;
using Zhice.Contracts.Erasures;
using Zhice.V1;

namespace Zhice.Api.Erasures;

/// <summary>Erasures as the contract shows them.</summary>
internal static class ErasureMap
{
    public static Erasure ToErasure(ErasureRecord record) => new()
    {
        Number = record.Number,
        IdHash = record.IdHash,
        RequestId = record.RequestId,
        Actor = record.Actor,
        Reason = record.Reason,
        BeginTime = Values.ToTimestamp(record.BegunAtMs),
        EndTime = record.EndedAtMs is { } endedAtMs ? Values.ToTimestamp(endedAtMs) : null,
        Removed = { record.Removed.Select(static place => new ErasedPlace { Place = place.Place, Rows = place.Rows }) },
        Kept = { record.Kept.Select(static place => new V1.KeptPlace { Place = place.Place, Why = place.Why }) },
    };
}
