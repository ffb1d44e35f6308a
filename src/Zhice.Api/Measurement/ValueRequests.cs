using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Expressions;
using Zhice.Domain.Measurement.Values;
using Zhice.Domain.Primitives;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using TagType = Zhice.Domain.Tags.TagType;

namespace Zhice.Api.Measurement;

/// <summary>Reads requests for the figures by which a bank is judged.</summary>
internal static class ValueRequests
{
    /// <summary>The tag of the AUM where a request names none.</summary>
    public const string UsualAum = "aum";

    /// <summary>The outcome of the survey where a request names none.</summary>
    public const string UsualNps = "nps_answered";

    private const int UsualDays = 30;

    /// <summary>What is asked; something possible even where something is wrong.</summary>
    public static ValueQuestion Read(GetValueRequest request, Catalog catalog, RequestCheck check)
    {
        check.Id("campaign_id", request.CampaignId);
        var by = ReportRequests.ReadDimensions(request.By, ReportRequests.MaxLiftDimensions, check);
        ReportRequests.CheckLiftDimensions(by, check);
        if (request.Days is < 0 or > CampaignCustomers.MaxDays)
        {
            check.Add("days", FieldReasons.OutOfRange, $"is {request.Days}; 1 to {CampaignCustomers.MaxDays} are allowed, or 0 for {UsualDays}");
        }

        if (request.ChurnCondition.Length > 0 && request.ChurnOutcomeId.Length > 0)
        {
            check.Add("churn_outcome_id", FieldReasons.Mismatch, "is not set with churn_condition: both say who has churned");
        }

        CheckEventType(request.EventTypeId, catalog, check);
        CheckCondition(request.ChurnCondition, catalog, check);
        return new(
            request.CampaignId, request.Days == 0 ? UsualDays : request.Days, [.. by],
            ReportRequests.ReadConfidence(request.Confidence, check).Level)
        {
            EventType = request.EventTypeId,
            AumTagId = ReadAum(request.AumTagId, catalog, check),
            ChurnCondition = request.ChurnCondition,
            ChurnOutcome = ReadOutcome("churn_outcome_id", request.ChurnOutcomeId, catalog, check),
            NpsOutcome = request.NpsOutcomeId.Length > 0
                ? ReadOutcome("nps_outcome_id", request.NpsOutcomeId, catalog, check)
                : FindOutcome(UsualNps, catalog),
        };
    }

    private static string ReadAum(string id, Catalog catalog, RequestCheck check)
    {
        var name = id.Length == 0 ? UsualAum : id;
        var fault = !catalog.TagsById.TryGetValue(name, out var tag) ? null
            : tag.IsSensitive ? "is a sensitive tag: what it adds up to is not shown"
            : tag.Type is not (TagType.Integer or TagType.Decimal) ? "is no number; name an integer or decimal tag in yuan"
            : "";
        if (fault is "")
        {
            return name;
        }

        if (id.Length > 0 && check.Text("aum_tag_id", id, RequestCheck.MaxIdBytes))
        {
            if (fault is null)
            {
                check.Unknown("aum_tag_id", "tag", id, catalog.TagsById.Keys);
            }
            else
            {
                check.Add("aum_tag_id", FieldReasons.Mismatch, fault);
            }
        }

        return "";
    }

    private static int ReadOutcome(string path, string id, Catalog catalog, RequestCheck check)
    {
        if (id.Length > 0 && check.Text(path, id, RequestCheck.MaxIdBytes) && FindOutcome(id, catalog) == 0)
        {
            check.Unknown(path, "outcome", id, catalog.Outcomes.Select(static outcome => outcome.Id));
        }

        return FindOutcome(id, catalog);
    }

    private static int FindOutcome(string id, Catalog catalog) =>
        catalog.Outcomes.FirstOrDefault(outcome => outcome.Id == id)?.Number ?? 0;

    private static void CheckEventType(string id, Catalog catalog, RequestCheck check)
    {
        if (id.Length > 0 && check.Text("event_type_id", id, RequestCheck.MaxIdBytes) && catalog.Symbols.Find(SymbolKind.EventType, id) == 0)
        {
            check.Unknown("event_type_id", "event type", id, catalog.EventTypes.Keys);
        }
    }

    private static void CheckCondition(string condition, Catalog catalog, RequestCheck check)
    {
        try
        {
            if (condition.Length > 0)
            {
                Expression.Condition(condition, ExpressionSchema.Create(catalog));
            }
        }
        catch (ExpressionException fault)
        {
            check.Add("churn_condition", FieldReasons.Malformed, fault.Message);
        }
    }
}
