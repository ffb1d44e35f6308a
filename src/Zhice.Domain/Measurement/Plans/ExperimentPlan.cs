using System.Collections.Immutable;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Domain.Measurement.Plans;

/// <summary>What the figures of an experiment propose.</summary>
/// <param name="Winner">The arm that is above every other one; empty for none.</param>
/// <param name="Arms">Its arms, in their order, with the weights that are proposed.</param>
/// <param name="IsReshared">Whether other shares are proposed: some arm's would move by enough.</param>
/// <param name="Refusal">Why nothing is proposed; empty where something is.</param>
public sealed record ExperimentPlan(string Winner, ImmutableArray<PlannedArm> Arms, bool IsReshared, string Refusal)
{
    // With fewer customers weights would follow chance.
    private const long MinCustomers = 1_000;
    private const double MinMove = 0.1;

    /// <summary>Proposes.</summary>
    /// <param name="lift">The experiment.</param>
    /// <param name="totals">Its totals.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="confidence">How sure a winner must be.</param>
    /// <param name="expected">At how many customers of two arms together the answer is expected.</param>
    public static ExperimentPlan Propose(
        ExperimentLift lift, IReadOnlyList<FactTotal> totals, OutcomeDefinition outcome, Confidence confidence, long expected)
    {
        var lines = lift.GetArms(totals);
        var customers = lines.Sum(static line => line.Count(FactKind.Contacted));
        if (lift.WatchRatio(lines).IsAlarm())
        {
            return new("", [], IsReshared: false, "The arms are out of their ratio, so no figure is to be believed until it is known why.");
        }

        if (lines.Any(static line => line.Count(FactKind.Contacted) == 0))
        {
            return new("", [], IsReshared: false, "An arm has no customers yet.");
        }

        var winner = CampaignWinner.Find(lines, outcome, confidence, expected);
        var planned = NextPlan.Propose(
            null, [], [.. lines.Select(line => (line.Keys[0], GetShare(line, outcome)))], winner.Value ?? -1, new(confidence, 0)).Arms;
        if (winner.Value is { } place)
        {
            return new(lines[place].Keys[0], planned, IsReshared: false, "");
        }

        var moves = planned.Zip(lift.Arms, static (arm, now) => Math.Abs(((double)arm.Weight / NextPlan.AllWeights) - now.Share)).Max();
        return customers < MinCustomers ? new("", planned, IsReshared: false, $"There are fewer than {MinCustomers} customers.")
            : moves < MinMove ? new("", planned, IsReshared: false, "No arm is far enough ahead for other shares.")
            : new("", planned, IsReshared: true, "");
    }

    private static Proportion GetShare(ReportLine line, OutcomeDefinition outcome)
    {
        var customers = line.Count(FactKind.Contacted);
        return new(Math.Min(customers, line.Count(FactKind.Converted, outcome.Number)), customers);
    }
}
