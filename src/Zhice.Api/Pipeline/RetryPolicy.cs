using Google.Protobuf;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Api.Pipeline;

/// <summary>
/// Which calls the API itself repeats when their customer is on the move: its silo stops or died, or two activations met.
/// Only those that do the same when they are done twice.
/// </summary>
internal static class RetryPolicy
{
    /// <summary>The pauses before each repeat.</summary>
    public static ReadOnlySpan<int> PausesMs => [20, 100, 400];

    /// <summary>Whether the customer may well be found in a moment.</summary>
    public static bool IsOnTheMove(Exception fault) =>
        FaultMap.FindReason(fault) is { } reason && (reason == ErrorReasons.SiloUnavailable || reason == ErrorReasons.WriteConflict);

    /// <summary>Whether it does no harm to do it again, though it may have been done already.</summary>
    public static bool IsRepeatable(string method, object request, Catalog catalog) => ApiMethods.Find(method)?.Call.Repeat switch
    {
        RepeatRule.Always => true,
        RepeatRule.WithRequestId => HasRequestId(request),
        RepeatRule.UnlessCounted => HasRequestId(request)
            || (request is RecommendRequest recommend && !(catalog.Placements.TryGetValue(recommend.PlacementId, out var placement) && placement.CommitsAtDecision)),
        _ => false,
    };

    private static bool HasRequestId(object request) =>
        request is IMessage message
            && message.Descriptor.FindFieldByName("request_id")?.Accessor.GetValue(message) is string { Length: > 0 };
}
