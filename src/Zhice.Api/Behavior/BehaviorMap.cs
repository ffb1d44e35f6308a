using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Behavior;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Api.Behavior;

/// <summary>Analyses of behaviour as the public contract has them.</summary>
internal static class BehaviorMap
{
    /// <summary>What figures are of.</summary>
    /// <exception cref="Grpc.Core.RpcException">There are none.</exception>
    public static V1.BehaviorBasis ToBasis(in BehaviorBasis basis, BehaviorScope scope) => basis.Refusal switch
    {
        BehaviorRefusal.None => new()
        {
            AsOfTime = Values.ToTimestamp(basis.AsOfMs), Events = basis.Events, Customers = basis.Customers,
            FromDate = ToDate(scope.Days.From), ToDate = ToDate(scope.Days.To),
            Share = (double)basis.Parts / Assignment.Parts,
        },
        BehaviorRefusal.TooManyEvents => throw TooLarge(FormattableString.Invariant($"There are more than {basis.Events:N0} events")),
        _ => throw TooLarge(FormattableString.Invariant($"Reading took too long, after {basis.Events:N0} events")),
    };

    public static V1.EventCount ToCount(EventCount count) => new()
    {
        EventTypeId = count.EventType, Value = count.Value, Date = count.Day == 0 ? "" : ToDate(count.Day), Events = count.Events,
        Customers = count.Customers,
    };

    public static V1.FunnelStep ToStep(FunnelStep step) => new()
    {
        Step = new() { EventTypeId = step.Step.EventType, Property = step.Step.Property, Value = step.Step.Value },
        Customers = step.Customers, MedianTime = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(step.MedianMs)),
    };

    public static V1.RetentionCohort ToCohort(RetentionCohort cohort) => new()
    {
        FromDate = ToDate(cohort.FirstDay), Customers = cohort.Customers, Returned = { cohort.Returned },
    };

    public static V1.EventPath ToPath(EventPath path) => new() { Events = { path.Events }, Customers = path.Customers };

    private static string ToDate(int day) => ReportDimensions.ToDate(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Grpc.Core.RpcException TooLarge(string why) => ApiError.Fail(
        ErrorReasons.BehaviorTooLarge,
        $"{why}. Ask for fewer days, for fewer types of event or for a share of the customers; or analyse an export: "
            + "zhice behaviour … --file.");
}
