using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Reports;
using Zhice.V1;
using ReportLine = Zhice.V1.ReportLine;

namespace Zhice.Cli.Reports;

/// <summary>The actions of the catalogue with their health.</summary>
/// <param name="Customers">How many customers were decided for.</param>
/// <param name="Actions">The actions, those with a finding first; each with the check that refuses it most often.</param>
internal sealed record ActionReport(long Customers, IReadOnlyList<(ActionHealth Health, BlockedBy? Main, long Blocked)> Actions)
{
    public static ActionReport Create(SimulationResult decided, GetReportResponse counted)
    {
        var lines = counted.Lines.ToDictionary(static line => line.Keys[0]);
        var outcomes = decided.Placements.SelectMany(static placement => placement.Actions).ToLookup(static action => action.ActionId);
        var health = ActionHealth.Judge(
            [
                .. outcomes.Select(each => new ActionFigures(
                    each.Key, each.Sum(static action => action.Offered.Now),
                    GetBlocked(each).Where(static check => check.Code == ReasonCode.LowerPriority).Sum(static check => check.Customers.Now),
                    GetReached(lines.GetValueOrDefault(each.Key)), lines.GetValueOrDefault(each.Key)?.Accepted ?? 0)),
            ],
            Confidence.Default);
        return new(
            decided.Matched,
            [
                .. health.Select(each => (each, GetMain(outcomes[each.Figures.ActionId]), GetBlocked(outcomes[each.Figures.ActionId]).Sum(static check => check.Customers.Now)))
                    .OrderByDescending(static each => each.each.Finding != ActionFinding.None).ThenBy(static each => each.each.Finding)
                    .ThenBy(static each => each.each.Figures.ActionId, StringComparer.Ordinal),
            ]);
    }

    // An offer that was counted when it was decided, and was seen then, is one.
    private static long GetReached(ReportLine? line) => line is null ? 0 : Math.Max(line.Contacted + line.Shown, line.Seen);

    private static BlockedBy? GetMain(IEnumerable<ActionOutcome> outcomes) => GetBlocked(outcomes)
        .GroupBy(static check => (check.Code, check.RuleId))
        .Select(static same => new BlockedBy
        {
            Code = same.Key.Code, RuleId = same.Key.RuleId, Customers = new() { Now = same.Sum(static check => check.Customers.Now) },
        })
        .MaxBy(static check => check.Customers.Now);

    private static IEnumerable<BlockedBy> GetBlocked(IEnumerable<ActionOutcome> outcomes) =>
        outcomes.SelectMany(static action => action.Blocked).Where(static check => check.Customers.Now > 0);
}
