using System.Globalization;
using Zhice.Api.Requests;
using Zhice.Domain.Journeys;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Primitives;
using Fact = Zhice.Domain.Measurement.Facts.Fact;
using Kind = Zhice.Domain.Measurement.Facts.FactKind;

namespace Zhice.Api.Measurement;

/// <summary>Facts as the public contract has them.</summary>
internal static class FactMap
{
    public static V1.Fact ToFact(in Fact fact, Domain.Catalogs.Catalog catalog)
    {
        var group = fact.Group!;
        return new()
        {
            Kind = (V1.FactKind)fact.Kind, Key = fact.Key, CustomerId = fact.CustomerId, Time = Values.ToTimestamp(fact.AtMs),
            Date = ReportDimensions.ToDate(fact.Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            CampaignId = group.Campaign, JourneyId = group.Journey, StageId = group.Stage, ActionId = group.Action,
            ChannelId = group.Channel,
            PlacementId = group.Placement, TreatmentId = group.Treatment, ArmId = group.Arm, Tier = group.Tier,
            EventTypeId = group.EventType,
            Code = fact.Code, Reason = GetReason(fact, catalog), Rank = fact.Rank, Probability = fact.Probability,
            AmountFen = fact.AmountFen, About = fact.About,
        };
    }

    private static string GetReason(in Fact fact, Domain.Catalogs.Catalog catalog) => fact.Kind switch
    {
        Kind.Void or Kind.NotArrived or Kind.Refused => ((DeliveryOutcome)fact.Code).ToString(),
        Kind.TierMoved => fact.About,
        Kind.ConsentRefused => ((Purpose)fact.Code).ToString(),
        Kind.Moved => ((TransitionCause)fact.Code).ToString(),
        Kind.Blocked => ((ReasonCode)fact.Code).ToString(),
        >= Kind.Outcome and <= Kind.HeldOutConvertedAgain => catalog.Symbols.FindName(SymbolKind.Outcome, (ushort)fact.Code) ?? "",
        _ => "",
    };
}
