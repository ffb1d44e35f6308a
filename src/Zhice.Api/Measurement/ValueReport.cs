using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Values;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Kind = Zhice.Domain.Measurement.Values.ValueKind;
using Line = Zhice.Contracts.Measurement.ValueLine;

namespace Zhice.Api.Measurement;

/// <summary>The figures by which a bank is judged, as the public contract has them.</summary>
internal static class ValueReport
{
    /// <summary>The answer.</summary>
    /// <exception cref="Grpc.Core.RpcException">There are no figures.</exception>
    public static GetValueResponse Create(ValueAnswer answer, ValueQuestion question, CampaignRecord campaign, Catalog catalog) => answer.Refusal switch
    {
        ValueRefusal.None => new()
        {
            AsOfTime = Values.ToTimestamp(answer.AsOfMs),
            SampleRatio = MeasurementMap.ToRatio(answer.Contacted, answer.HeldOut, campaign.Definition.Order.Holdout),
            Lines = { answer.Lines.Select(line => ToLine(line, answer, question, catalog)) },
            Days = question.Days,
            CustomersNotOver = answer.NotOver,
            WithoutFacts = answer.WithoutFacts,
            AnswersNotCounted = answer.NoScores,
            RecordedShare = (double)answer.Parts / Assignment.Parts,
        },
        ValueRefusal.TooManyCustomers => throw TooLarge("The campaign has more customers than a silo keeps in memory for it"),
        _ => throw TooLarge("Reading the facts took too long"),
    };

    private static V1.ValueLine ToLine(Line line, ValueAnswer answer, ValueQuestion question, Catalog catalog) => new()
    {
        Keys = { line.Keys },
        Contacted = line.Contacted,
        HeldOut = line.HeldOut,
        Figures = { line.Figures.Select(figure => ToFigure(figure, FindMissing(figure, answer, question, catalog))) },
    };

    private static ValueFigure ToFigure(ValueComparison figure, string? missing)
    {
        var mapped = new ValueFigure { Kind = (V1.ValueKind)figure.Kind, Refusal = missing ?? figure.Refusal };
        if (missing is not null)
        {
            return mapped;
        }

        (mapped.ContactedCustomers, mapped.HeldOutCustomers) = (figure.Contacted.Customers, figure.HeldOut.Customers);
        mapped.Difference = figure.Difference is { } difference ? MeasurementMap.ToEstimate(difference) : null;
        if (figure.Contacted.Value is { } contacted)
        {
            mapped.Contacted = contacted;
        }

        if (figure.HeldOut.Value is { } heldOut)
        {
            mapped.HeldOut = heldOut;
        }

        if (figure.AdjustedP is { } adjusted)
        {
            mapped.AdjustedPValue = adjusted;
        }

        return mapped;
    }

    // Why a figure has no source at all; null where it has one.
    private static string? FindMissing(ValueComparison figure, ValueAnswer answer, ValueQuestion question, Catalog catalog) => figure.Kind switch
    {
        Kind.Active or Kind.ActiveOnADay when answer.Events == 0 =>
            $"No event{(question.EventType.Length > 0 ? $" '{question.EventType}'" : "")} is recorded: give the type of event a behavior share in the catalogue, or set BehaviorSample.",
        Kind.Aum when question.AumTagId.Length == 0 =>
            $"The catalogue has no tag '{ValueRequests.UsualAum}' that is a number; name the tag with the AUM in yuan (aum_tag_id).",
        Kind.Churned when question.ChurnCondition.Length == 0 && question.ChurnOutcome == 0 =>
            "Say who has churned: a condition (churn_condition), or an outcome (churn_outcome_id).",
        Kind.Nps when question.NpsOutcome == 0 => catalog.Outcomes.IsEmpty
            ? "The catalogue has no outcomes; define one whose amount is the answer, 0 to 10."
            : $"The catalogue has no outcome '{ValueRequests.UsualNps}'; name the one whose amount is the answer, 0 to 10 (nps_outcome_id).",
        Kind.Active or Kind.ActiveOnADay when IsOfNobody(figure) =>
            $"Of nobody whose events are recorded {Days(question)} over yet{(question.Days > 1 ? "; ask for fewer days" : "")}.",
        Kind.Nps when IsOfNobody(figure) => $"Nobody of whom {Days(question)} over has answered in them.",
        Kind.Churned when IsOfNobody(figure) => $"Of nobody {Days(question)} over yet, or nobody's profile may be used.",
        _ => null,
    };

    private static bool IsOfNobody(ValueComparison figure) => figure.Contacted.Customers + figure.HeldOut.Customers == 0;

    private static string Days(ValueQuestion question) => question.Days == 1 ? "the day is" : $"the {question.Days} days are";

    private static Grpc.Core.RpcException TooLarge(string why) => ApiError.Fail(
        ErrorReasons.BehaviorTooLarge,
        $"{why}. Ask for one type of event (event_type_id) and fewer days; or read the lake: zhice report value LAKE --campaign ID.");
}
