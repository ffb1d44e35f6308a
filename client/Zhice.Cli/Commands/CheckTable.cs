using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>Prints every check on an action, and what moved its propensity.</summary>
internal static class CheckTable
{
    public static void Print(Terminal terminal, ActionVerdict verdict)
    {
        if (verdict.Checks.Count == 0)
        {
            terminal.Line("The checks are no longer known: the customer has changed since, and the log does not have the decision.");
            return;
        }

        terminal.Table(
            $"checks on {verdict.ActionId}",
            ["outcome", "check", "rule or cap", "looked at", "must hold"],
            verdict.Checks.Select(static check => new[]
            {
                check.Passed ? "passed" : "FAILED", EnumName.Words(check.Code), check.RuleId,
                string.Join(", ", check.Inputs.Select(static input => $"{input.Name} = {(input.HasValue ? input.Value : "missing")}")), check.Expression,
            }));
        if (verdict.Contributions.Count > 0)
        {
            terminal.Table(
                $"what moved the propensity most, by the model's version {verdict.ContributionsModelVersion}",
                ["tag", Column.Number("adds to the logit")],
                verdict.Contributions.Select(static each => new[] { each.TagId.Length == 0 ? "(everyone, or the placement)" : each.TagId, $"{each.Weight:+0.000;-0.000}" }));
        }
    }
}
