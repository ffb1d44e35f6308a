using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>Prints a decision with the verdict on every action.</summary>
internal static class DecisionTable
{
    public static void Print(Terminal terminal, Decision decision)
    {
        if (terminal.IsJson)
        {
            terminal.Json(decision);
            return;
        }

        var arms = string.Concat(decision.Arms.Select(arm => $", {arm.ExperimentId}: {arm.ArmId}"));
        terminal.Table(
            $"verdicts by catalogue version {decision.CatalogVersion}, state version {decision.StateVersion}{(decision.Personalized ? "" : ", not personalized")}{arms}",
            [
                Column.Number("rank"), "action", "treatment", "verdict", "rule or cap", "why", Column.Number("propensity"), Column.Number("weight"),
                Column.Number("score, yuan"), Column.Number("model"),
            ],
            decision.Verdicts.Select(v => new[]
            {
                v.Rank == 0 ? "" : NumberText.Count(v.Rank), v.ActionId, v.Rank == 0 ? "" : v.TreatmentId, EnumName.Words(v.Reason?.Code ?? ReasonCode.Unspecified),
                v.Reason?.RuleId ?? "", v.Reason?.Message ?? "", v.Propensity == 0 ? "" : NumberText.Probability(v.Propensity),
                v.Propensity == 0 ? "" : $"{v.ContextWeight:0.###}", v.Score == 0 ? "" : NumberText.Yuan(v.Score),
                v.ModelVersion == 0 ? "" : NumberText.Count(v.ModelVersion),
            }));
    }
}
