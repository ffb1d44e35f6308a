using Zhice.Domain.Catalogs;
using Zhice.Domain.Experiments;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Decisions;

/// <summary>How marketing ranks in the groups whose decisions are compared with the usual ones.</summary>
internal static class ContrastScores
{
    /// <summary>The score of an action; above 0. What is drawn is drawn by the decision's id, so that it can be repeated.</summary>
    public static double Score(DecisionContrast contrast, DecisionId id, BankAction action, in PropensityEstimate estimate, double weight) =>
        contrast switch
        {
            DecisionContrast.RandomEligible or DecisionContrast.EligibilityOnly => Draw(id, action),
            DecisionContrast.PropensityOnly => estimate.Propensity * estimate.Exploration,
            DecisionContrast.NoLevers => estimate.Propensity * estimate.Exploration * weight * action.ValueFen,
            DecisionContrast.RandomPropensity => Draw(id, action) * weight * action.ValueFen * action.Lever,
            _ => estimate.Propensity * estimate.Exploration * weight * action.ValueFen * action.Lever,
        };

    /// <summary>Whether a rule that does not hold refuses nothing: one of applicability, which protects nobody.</summary>
    public static bool Ignores(DecisionContrast contrast, Rule rule, Purpose purpose) =>
        contrast == DecisionContrast.EligibilityOnly && purpose == Purpose.Marketing && rule.WhenBroken == ReasonCode.NotApplicable
        && !rule.IsProtective;

    // Between 0 and 1, and different in each decision; its order is that of a fair draw.
    private static double Draw(DecisionId id, BankAction action) => 1 / (1 + Math.Exp(-id.DrawFor(action.Number)));
}
