using System.Collections.Immutable;
using Zhice.Api.Customers;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Decisions;
using Zhice.Domain.Decisions.Checks;
using Zhice.V1;
using CheckInput = Zhice.V1.CheckInput;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Decision = Zhice.Domain.Decisions.Decision;
using Placement = Zhice.Domain.Catalogs.Placement;
using ReasonCode = Zhice.Domain.Primitives.ReasonCode;

namespace Zhice.Api.Recommendations;

/// <summary>A decision with the verdict on every action of its catalogue, in words.</summary>
/// <param name="catalog">The catalogue that it was made by.</param>
/// <param name="roles">Of the caller: what they may not see of tags is masked, or left out.</param>
internal sealed class Explanation(Catalog catalog, Roles roles)
{
    private const string TagName = "tags.";

    /// <summary>The decision in words.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="checks">All checks on its candidates, as far as they are known.</param>
    /// <param name="shown">The probability of each offered action at its rank, as far as it is known.</param>
    public V1.Decision Explain(Decision decision, ImmutableArray<ActionChecks> checks, ImmutableArray<float> shown = default)
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
            Personalized = decision.IsPersonalized,
            Arms = { GetArms(decision, catalog) },
        };

        var verdicts = new Dictionary<ushort, Verdict>(decision.Verdicts.Length);
        var candidates = GetCandidates(placement);
        var rank = 0;
        foreach (var verdict in decision.Verdicts)
        {
            verdicts[verdict.Action] = verdict;
            if (rank < decision.OfferedCount && catalog.Action(verdict.Action) is { } action)
            {
                explained.Verdicts.Add(ToVerdict(action, verdict, ++rank, candidates, catalog));
                explained.Verdicts[^1].ShownProbability = !shown.IsDefault && rank <= shown.Length ? shown[rank - 1] : 0;
            }
        }

        foreach (var action in catalog.Actions)
        {
            if (verdicts.TryGetValue(action.Number, out var verdict))
            {
                if (verdict.Reason != ReasonCode.Offered)
                {
                    explained.Verdicts.Add(ToVerdict(action, verdict, 0, candidates, catalog));
                }
            }
            else if (!candidates.ContainsKey(action.Number))
            {
                explained.Verdicts.Add(ToVerdict(action, new(action.Number, ReasonCode.NoTreatment, -1, 0, 0, 0), 0, candidates, catalog));
            }
        }

        foreach (var verdict in explained.Verdicts)
        {
            AddChecks(verdict, checks.FirstOrDefault(each => catalog.Action(each.Action)?.Id == verdict.ActionId));
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
            ReasonCode.LowerPriority => "It may be offered, but others rank higher (regulatory before service before marketing, then by score), or the limit is reached.",
            ReasonCode.NoTreatment => "No treatment of it fits the placement.",
            ReasonCode.OutOfSeason => "It has not started yet, or it is over.",
            ReasonCode.Ineligible => $"Eligibility rule '{ruleId}' does not hold.",
            ReasonCode.NotApplicable => $"Applicability rule '{ruleId}' does not hold.",
            ReasonCode.Unsuitable => $"Suitability rule '{ruleId}' does not hold.",
            ReasonCode.DoNotContact => "The customer is on a do-not-contact list.",
            ReasonCode.Consent =>
                "The customer refused such messages in this channel, or did not allow them where the channel asks for a grant.",
            ReasonCode.Holdout => $"The customer is kept out by '{ruleId}', a holdout or another arm of an experiment.",
            ReasonCode.Held => "An agent of another channel holds it for the customer.",
            ReasonCode.OutOfStock => "Every unit of its stock has been given out.",
            ReasonCode.Diversity => "The answer has as many of its category as the placement allows.",
            ReasonCode.Stopped => $"A stop is in force: {(ruleId.Length == 0 ? "ask 'zhice stops list'" : ruleId == "marketing" ? "all marketing" : $"its {ruleId}")}.",
            ReasonCode.NotInAudience => "The customer is not in the campaign's audience any more, or its profile may not be used to tell.",
            ReasonCode.CapReached => $"Contact cap '{ruleId}' leaves no room for one more.",
            ReasonCode.QuietHours => $"Channel '{ruleId}' has quiet hours.",
            ReasonCode.Suppressed => $"'{ruleId}' keeps it away for now.",
            _ => "",
        },
    };

    /// <summary>The arms that a customer was in.</summary>
    public static IEnumerable<ArmRef> GetArms(Decision decision, Catalog catalog)
    {
        for (var i = 0; i < Math.Min(decision.Arms.Length, catalog.Experiments.Length); i++)
        {
            var (experiment, arm) = (catalog.Experiments[i], decision.Arms[i]);
            if (arm > 0 && arm <= experiment.Arms.Length)
            {
                yield return new ArmRef { ExperimentId = experiment.Id, ArmId = experiment.Arms[arm - 1].Id };
            }
        }
    }

    private void AddChecks(ActionVerdict verdict, ActionChecks? checks)
    {
        foreach (var check in checks?.Checks ?? [])
        {
            verdict.Checks.Add(new V1.Check
            {
                Code = (V1.ReasonCode)check.Reason, RuleId = check.RuleId, Passed = check.IsPassed, Expression = check.Expression,
                Inputs = { check.Inputs.Where(input => !IsHidden(input.Name)).Select(Show) },
            });
        }

        verdict.Contributions.AddRange((checks?.Contributions ?? [])
            .Select(each => new V1.Contribution { TagId = catalog.Tag(each.Tag)?.Id ?? "", Weight = each.Weight })
            .Where(each => !IsHidden($"{TagName}{each.TagId}")));
        verdict.ContributionsModelVersion = checks?.ModelVersion ?? 0;
    }

    // Whether there is a value is hidden too, so that an input of a hidden tag is never there.
    private bool IsHidden(string input) => FindTag(input) is { } tag && TagVisibility.Find(roles, tag) == Visibility.Hidden;

    private CheckInput Show(Domain.Decisions.Checks.CheckInput input)
    {
        var value = input.Value is not null && input.Name.StartsWith(TagName, StringComparison.Ordinal)
            ? TagVisibility.Show(roles, FindTag(input.Name), input.Value)
            : input.Value;
        return value is null ? new() { Name = input.Name } : new() { Name = input.Name, Value = value };
    }

    private Domain.Tags.TagDefinition? FindTag(string input) => input.StartsWith(TagName, StringComparison.Ordinal)
        ? catalog.TagsById.GetValueOrDefault(input[TagName.Length..])
        : null;

    private static ActionVerdict ToVerdict(
        BankAction action, in Verdict verdict, int rank, Dictionary<ushort, Candidate> candidates, Catalog catalog)
    {
        var candidate = candidates.GetValueOrDefault(action.Number);
        return new()
        {
            ActionId = action.Id,
            TreatmentId = candidate is not null && verdict.Treatment < candidate.Treatments.Length
                ? candidate.Treatments[verdict.Treatment].Id
                : "",
            Rank = rank,
            Reason = ToReason(verdict, candidate, catalog),
            Propensity = verdict.Propensity,
            ValueFen = action.ValueFen,
            Lever = action.Lever,
            Score = verdict.Score,
            ModelVersion = verdict.ModelVersion,
            ContextWeight = verdict.ContextWeight,
            Exploration = verdict.Exploration,
        };
    }

    private static Reason ToReason(in Verdict verdict, Candidate? candidate, Catalog catalog)
    {
        if (verdict.Reason != ReasonCode.Suppressed || AccessSource.FindPart(verdict, catalog) is not { } part)
        {
            return Sentence(verdict.Reason, AccessSource.GetName(verdict, candidate, catalog));
        }

        var (ruleId, message) = part.Kind switch
        {
            PolicyPartKind.Exclusion => (
                part.Id,
                $"The customer was contacted about another action of exclusion group '{part.Id}' recently, or that action ranks higher."),
            PolicyPartKind.Spacing when part.Id.Length == 0 => ("minimum_spacing", "It is too soon after another contact."),
            PolicyPartKind.Spacing => (part.Id, $"It is too soon after another contact in channel '{part.Id}'."),
            PolicyPartKind.CategoryCoolDown => (part.Id, $"The customer answered an action of category '{part.Id}' recently."),
            _ => (part.Id, "The customer dismissed or accepted it recently."),
        };
        return new() { Code = V1.ReasonCode.Suppressed, RuleId = ruleId, Message = message };
    }

    private static Dictionary<ushort, Candidate> GetCandidates(Placement? placement)
    {
        var candidates = new Dictionary<ushort, Candidate>();
        foreach (var candidate in placement?.Candidates ?? [])
        {
            candidates.TryAdd(candidate.Action.Number, candidate);
        }

        return candidates;
    }
}
