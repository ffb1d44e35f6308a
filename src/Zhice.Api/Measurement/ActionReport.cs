using Zhice.Contracts.Measurement;
using Zhice.Api.Audiences;
using Zhice.Api.Requests;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Reports;
using Zhice.V1;
using ActionFinding = Zhice.Domain.Measurement.Reports.ActionFinding;
using Dimension = Zhice.Domain.Measurement.Reports.ReportDimension;
using FactKind = Zhice.Domain.Measurement.Facts.FactKind;
using Health = Zhice.Domain.Measurement.Reports.ActionHealth;
using Line = Zhice.Domain.Measurement.Reports.ReportLine;

namespace Zhice.Api.Measurement;

/// <summary>The health of actions: what a simulation of the catalogue in force offers, and what totals count.</summary>
internal static class ActionReport
{
    /// <summary>The answer.</summary>
    /// <param name="decided">The simulation, as the caller may see it.</param>
    /// <param name="counted">The totals of the days.</param>
    /// <param name="days">How many days.</param>
    /// <param name="floor">The smallest number that the caller learns of; findings are made of what the caller sees.</param>
    public static GetActionHealthResponse Create(SimulationResult decided, MeasuredTotals counted, int days, CountFloor floor)
    {
        var lines = Line.Divide(counted.Totals, [Dimension.Action]).ToDictionary(static line => line.Keys[0]);
        var outcomes = decided.Placements.SelectMany(static placement => placement.Actions).ToLookup(static action => action.ActionId);
        var figures = outcomes.Select(each => GetFigures(each, lines.GetValueOrDefault(each.Key))).ToList();
        var reached = floor.ShowAll([.. figures.Select(static each => each.Reached)]);
        var accepted = floor.ShowAll([.. figures.Select(static each => each.Accepted)]);
        var health = Health.Judge(
            [.. figures.Select((each, place) => each with { Reached = reached[place], Accepted = Math.Min(accepted[place], reached[place]) })],
            Confidence.Default).Select((each, place) => figures[place].Reached > 0 && reached[place] == 0 ? each with { Finding = ActionFinding.None } : each);
        return new()
        {
            AsOfTime = Values.ToTimestamp(counted.AsOfMs),
            Customers = decided.Matched,
            Days = days,
            Actions =
            {
                health.OrderByDescending(static each => each.Finding != ActionFinding.None).ThenBy(static each => each.Finding)
                    .ThenBy(static each => each.Figures.ActionId, StringComparer.Ordinal)
                    .Select(each => ToHealth(each, outcomes[each.Figures.ActionId])),
            },
            FewerThan = decided.FewerThan,
            CatalogVersion = decided.CatalogVersion,
        };
    }

    // An offer that was counted when it was decided, and was seen then, is one.
    private static ActionFigures GetFigures(IGrouping<string, ActionOutcome> outcomes, Line? line) => new(
        outcomes.Key,
        outcomes.Sum(static action => action.Offered.Now),
        GetBlocked(outcomes).Where(static check => check.Code == ReasonCode.LowerPriority).Sum(static check => check.Customers.Now),
        line is null ? 0 : Math.Max(line.Count(FactKind.Contacted) + line.Count(FactKind.Shown), line.Count(FactKind.Seen)),
        line?.Count(FactKind.Accepted) ?? 0);

    private static V1.ActionHealth ToHealth(Health health, IEnumerable<ActionOutcome> outcomes)
    {
        var blocked = GetBlocked(outcomes).GroupBy(static check => (check.Code, check.RuleId))
            .Select(static same => (same.Key, Customers: same.Sum(static check => check.Customers.Now))).ToList();
        var main = blocked.Count == 0 ? default : blocked.MaxBy(static check => check.Customers);
        var mapped = new V1.ActionHealth
        {
            ActionId = health.Figures.ActionId,
            Finding = (V1.ActionFinding)((int)health.Finding + 1),
            Offered = health.Figures.Offered,
            Outranked = health.Figures.Outranked,
            Blocked = blocked.Sum(static check => check.Customers),
            MainCode = main.Key.Code,
            MainRuleId = main.Key.RuleId ?? "",
            Reached = health.Figures.Reached,
            Accepted = health.Figures.Accepted,
            Difference = health.Difference is { } difference ? MeasurementMap.ToEstimate(difference) : null,
        };
        if (health.AdjustedP is { } p)
        {
            mapped.AdjustedPValue = p;
        }

        return mapped;
    }

    private static IEnumerable<BlockedBy> GetBlocked(IEnumerable<ActionOutcome> outcomes) =>
        outcomes.SelectMany(static action => action.Blocked).Where(static check => check.Customers.Now > 0);
}
