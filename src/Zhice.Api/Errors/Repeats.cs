using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Api.Errors;

/// <summary>
/// Which calls the API itself repeats when their customer is on the move: its silo stops or died, or two activations met.
/// Only those that do the same when they are done twice.
/// </summary>
internal static class Repeats
{
    /// <summary>The pauses before each repeat.</summary>
    public static ReadOnlySpan<int> PausesMs => [20, 100, 400];

    /// <summary>Whether the customer may well be found in a moment.</summary>
    public static bool IsOnTheMove(Exception fault) =>
        FaultMap.ReasonOf(fault) is { } reason && (reason == ErrorReasons.SiloUnavailable || reason == ErrorReasons.WriteConflict);

    /// <summary>Whether it does no harm to do it again, though it may have been done already.</summary>
    public static bool IsRepeatable(object request, Catalog catalog) => request switch
    {
        RecommendRequest recommend => recommend.RequestId.Length > 0
            || !(catalog.Placements.TryGetValue(recommend.PlacementId, out var placement) && placement.CommitsAtDecision),
        RecordEventsRequest or GetDecisionRequest or GetCustomerRequest or ListCustomerContactsRequest => true,
        GetCatalogRequest or ListCatalogVersionsRequest or ListStockRequest => true,
        UpdateTagsRequest update => update.RequestId.Length > 0,
        HoldActionRequest hold => hold.RequestId.Length > 0,
        ApplyJourneyRequest apply => apply.RequestId.Length > 0,
        ListJourneysRequest or GetJourneyReportRequest or GetCustomerJourneysRequest or ListJourneyChangesRequest or SimulateJourneysRequest => true,
        ChangeCustomerJourneyRequest change => change.RequestId.Length > 0,
        SetStopRequest or LiftStopRequest or ListStopsRequest => true,
        HandOffRequest handOff => handOff.RequestId.Length > 0,
        EndHoldRequest => true,
        UpdateConsentRequest update => update.RequestId.Length > 0,
        _ => false,
    };
}
