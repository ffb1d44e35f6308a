using Zhice.Api.Requests;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Decisions;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Decision = Zhice.Domain.Decisions.Decision;
using Placement = Zhice.Domain.Catalogs.Placement;
using ReasonCode = Zhice.Domain.Decisions.ReasonCode;

namespace Zhice.Api.Recommendations;

/// <summary>A decision with the verdict on every action of its catalogue, in words.</summary>
internal static class Explanation
{
    public static V1.Decision Of(Decision decision, Catalog catalog)
    {
        var placement = catalog.Placement(decision.Id.Placement);
        var explained = new V1.Decision
        {
            DecisionId = decision.Id.ToString(),
            CustomerId = decision.CustomerId,
            PlacementId = placement?.Id ?? "",
            DecideTime = Values.ToTimestamp(decision.Id.DecidedAtMs),
            CatalogVersion = decision.CatalogVersion,
            StateVersion = decision.StateVersion,
        };

        var verdicts = new Dictionary<ushort, Verdict>(decision.Verdicts.Length);
        var treatments = TreatmentsOf(placement);
        var rank = 0;
        foreach (var verdict in decision.Verdicts)
        {
            verdicts[verdict.Action] = verdict;
            if (rank < decision.OfferedCount && catalog.Action(verdict.Action) is { } action)
            {
                explained.Verdicts.Add(ToVerdict(action, verdict, ++rank, treatments, catalog));
            }
        }

        foreach (var action in catalog.Actions)
        {
            if (verdicts.TryGetValue(action.Number, out var verdict))
            {
                if (verdict.Reason != ReasonCode.Offered)
                {
                    explained.Verdicts.Add(ToVerdict(action, verdict, 0, treatments, catalog));
                }
            }
            else if (!treatments.ContainsKey(action.Number))
            {
                explained.Verdicts.Add(ToVerdict(action, new(action.Number, ReasonCode.NoTreatment, -1, 0, 0, 0), 0, treatments, catalog));
            }
        }

        return explained;
    }

    /// <summary>A reason as a program and a person can read it.</summary>
    public static Reason Sentence(ReasonCode code, string ruleId) => new()
    {
        Code = (V1.ReasonCode)code,
        RuleId = ruleId,
        Message = code switch
        {
            ReasonCode.Offered => "Every rule holds, consent and caps allow it, and it ranks high enough.",
            ReasonCode.LowerPriority => "It may be offered, but others rank higher or the limit is reached.",
            ReasonCode.NoTreatment => "No treatment of it fits the placement.",
            ReasonCode.OutOfSeason => "It has not started yet, or it is over.",
            ReasonCode.Ineligible => $"Eligibility rule '{ruleId}' does not hold.",
            ReasonCode.NotApplicable => $"Applicability rule '{ruleId}' does not hold.",
            ReasonCode.Unsuitable => $"Suitability rule '{ruleId}' does not hold.",
            ReasonCode.Consent => "The customer refused marketing in this channel.",
            ReasonCode.CapReached => $"Contact cap '{ruleId}' leaves no room for one more.",
            ReasonCode.QuietHours => $"Channel '{ruleId}' says nothing to sell at this time of day.",
            ReasonCode.Suppressed => $"'{ruleId}' keeps it away for now.",
            _ => "",
        },
    };

    private static ActionVerdict ToVerdict(
        BankAction action, in Verdict verdict, int rank, Dictionary<ushort, string> treatments, Catalog catalog) => new()
    {
        ActionId = action.Id,
        TreatmentId = treatments.GetValueOrDefault(action.Number, ""),
        Rank = rank,
        Reason = ReasonOf(verdict, action, catalog),
        Propensity = verdict.Propensity,
        ValueFen = action.ValueFen,
        Lever = action.Lever,
        Score = verdict.Score,
        ModelVersion = verdict.ModelVersion,
    };

    private static Reason ReasonOf(in Verdict verdict, BankAction action, Catalog catalog)
    {
        if (verdict.Reason != ReasonCode.Suppressed || PartOf(verdict, catalog) is not { } part)
        {
            return Sentence(verdict.Reason, CulpritOf(verdict, action, catalog));
        }

        var (ruleId, message) = part.Kind switch
        {
            PolicyPartKind.Exclusion => (part.Id, $"Another action of exclusion group '{part.Id}' was said of late, or ranks higher."),
            PolicyPartKind.Spacing when part.Id.Length == 0 => ("minimum_spacing", "It is too soon after another contact."),
            PolicyPartKind.Spacing => (part.Id, $"It is too soon after another contact in channel '{part.Id}'."),
            PolicyPartKind.CategoryCoolDown => (part.Id, $"The customer answered an action of category '{part.Id}' of late."),
            _ => (part.Id, "The customer dismissed or accepted it of late."),
        };
        return new() { Code = V1.ReasonCode.Suppressed, RuleId = ruleId, Message = message };
    }

    private static PolicyPart? PartOf(in Verdict verdict, Catalog catalog)
    {
        var parts = catalog.ContactPolicy.Parts;
        return (uint)verdict.Culprit < (uint)parts.Length ? parts[verdict.Culprit] : null;
    }

    private static string CulpritOf(in Verdict verdict, BankAction action, Catalog catalog) => verdict.Reason switch
    {
        ReasonCode.CapReached or ReasonCode.QuietHours when PartOf(verdict, catalog) is { } part => part.Id,
        ReasonCode.Ineligible or ReasonCode.NotApplicable or ReasonCode.Unsuitable
            when (uint)verdict.Culprit < (uint)action.Rules.Length => action.Rules[verdict.Culprit].Id,
        _ => "",
    };

    private static Dictionary<ushort, string> TreatmentsOf(Placement? placement)
    {
        var treatments = new Dictionary<ushort, string>();
        foreach (var candidate in placement?.Candidates ?? [])
        {
            treatments.TryAdd(candidate.Action.Number, candidate.Treatment.Id);
        }

        return treatments;
    }
}
