using System.Collections.Immutable;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.SampleRatios;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>
/// An experiment or a holdout of the catalogue, as the reports of campaigns see it: the customers of each other arm in the place of those who
/// were contacted, and those of the control in the place of those who were held out.
/// </summary>
/// <param name="Name">Its name in facts (<see cref="ExperimentNames"/>).</param>
/// <param name="Arms">Its arms, with the share of the exposed customers that each should have.</param>
/// <param name="Control">The arm that the others are compared with.</param>
public sealed record ExperimentLift(string Name, ImmutableArray<(string ArmId, double Share)> Arms, string Control)
{
    private const string UsualControl = "control";

    /// <summary>An experiment; null when it has no such arm as its control.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="control">The control; empty for the arm named "control", else the first one.</param>
    public static ExperimentLift? Of(Experiment experiment, string control)
    {
        var all = experiment.Arms;
        var arms = ImmutableArray.CreateBuilder<(string, double)>(all.Length);
        for (var i = 0; i < all.Length; i++)
        {
            arms.Add((all[i].Id, (double)(all[i].UpTo - (i == 0 ? 0 : all[i - 1].UpTo)) / all[^1].UpTo));
        }

        var name = control.Length > 0 ? control
            : all.Any(static arm => arm.Id == UsualControl) ? UsualControl
            : all[0].Id;
        return all.Any(arm => arm.Id == name) ? new(ExperimentNames.OfExperiment(experiment.Id), arms.ToImmutable(), name) : null;
    }

    /// <summary>A holdout: those who are held out are the control.</summary>
    public static ExperimentLift Of(Holdout holdout)
    {
        var share = (double)holdout.Share / Assignment.Parts;
        return new(
            ExperimentNames.OfHoldout(holdout.Id),
            [(ExperimentNames.HeldOutArm, share), (ExperimentNames.MarketedArm, 1 - share)], ExperimentNames.HeldOutArm);
    }

    /// <summary>The lines of the arms, for the best of them: the exposed are those who were contacted.</summary>
    /// <param name="totals">The totals of the experiment.</param>
    public ImmutableArray<ReportLine> GetArms(IEnumerable<FactTotal> totals) => ArmLines.Of(
        totals.Select(static total => total with { Kind = ToContacted(total.Kind) }), Arms.Select(static arm => arm.ArmId));

    /// <summary>Watches whether the arms have their shares of the exposed customers.</summary>
    /// <param name="arms">The lines of the arms (<see cref="GetArms"/>).</param>
    public SampleRatioWatch WatchRatio(ImmutableArray<ReportLine> arms) =>
        new SampleRatioWatch([.. Arms.Select(static arm => arm.Share)]).Look([.. arms.Select(static line => line.Count(FactKind.Contacted))]);

    /// <summary>Totals that compare each other arm with the control: the control's are there once for each arm.</summary>
    public IEnumerable<FactTotal> Compare(IEnumerable<FactTotal> totals) => totals.SelectMany(
        total => total.Group.Arm == Control
            ? OtherArms.Select(arm => total with { Group = total.Group with { Arm = arm }, Kind = ToHeldOut(total.Kind) })
            : [total with { Kind = ToContacted(total.Kind) }]);

    /// <summary>The same of amounts.</summary>
    public IEnumerable<OutcomeSums> Compare(IEnumerable<OutcomeSums> sums) => sums.SelectMany(
        sum => sum.Group.Arm == Control
            ? OtherArms.Select(arm => sum with { Group = sum.Group with { Arm = arm }, IsHeldOut = true })
            : [sum]);

    /// <summary>The same of amounts one by one.</summary>
    public IEnumerable<OutcomeAmounts> Compare(IEnumerable<OutcomeAmounts> amounts) => amounts.SelectMany(
        each => each.Group.Arm == Control
            ? OtherArms.Select(arm => each with { Group = each.Group with { Arm = arm }, IsHeldOut = true })
            : [each]);

    private IEnumerable<string> OtherArms => Arms.Select(static arm => arm.ArmId).Where(arm => arm != Control);

    private static FactKind ToContacted(FactKind kind) => kind == FactKind.Exposed ? FactKind.Contacted : kind;

    private static FactKind ToHeldOut(FactKind kind) => kind switch
    {
        FactKind.Exposed => FactKind.HeldOut,
        FactKind.Converted => FactKind.HeldOutConverted,
        FactKind.ConvertedAgain => FactKind.HeldOutConvertedAgain,
        _ => kind,
    };
}
