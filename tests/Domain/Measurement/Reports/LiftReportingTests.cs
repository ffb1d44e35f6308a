using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Tests.Measurement.Reports;

public sealed class LiftReportingTests
{
    private static readonly LiftQuestions Questions = new(["visit", "conversion"], ["spend"], HasCovariate: true, HasGroups: true);
    private static readonly LiftSettings Settings = new() { Control = 0, Shares = [1, 1, 1], Groups = ["basic", "gold"], Draws = 300 };

    private readonly LiftTally _tally = Tally();

    [Fact]
    public void Each_figure_is_that_of_its_own_method()
    {
        var (arm, control) = (_tally.Arms[2], _tally.Arms[0]);
        var report = LiftReporting.Report(_tally, Settings);
        var (visit, spend) = (report.Measures[0].Arms[1], report.Measures[2].Arms[1]);

        var share = ProportionLift.Between(arm.Outcome(0), control.Outcome(0), Confidence.Default);
        Assert.Equal(share.Absolute, visit.Absolute);
        Assert.Equal(share.AgrestiCaffo, Of(visit, LiftMethod.AgrestiCaffo).Interval);
        Assert.Equal(CupedLift.Between(arm.Paired(0), control.Paired(0), Confidence.Default).Require().Lift, Of(visit, LiftMethod.Cuped));
        var amount = AmountLift.Between(arm.Amount(0).Moments, control.Amount(0).Moments, Confidence.Default).Require();
        Assert.Equal(amount.Welch, spend.Absolute);
        Assert.Equal(amount.Large, Of(spend, LiftMethod.LargeSample));
        Assert.Equal(
            Bootstrap.Between(arm.Amount(0), control.Amount(0), 300, new(1), Confidence.Default).BiasCorrected,
            Of(spend, LiftMethod.BootstrapBca).Interval);
    }

    [Fact]
    public void P_values_are_adjusted_over_the_whole_report_and_over_all_groups()
    {
        var report = LiftReporting.Report(_tally, Settings);
        ArmLift[] arms = [.. report.Measures.SelectMany(static measure => measure.Arms)];
        GroupLift[] groups = [.. report.Measures.SelectMany(static measure => measure.Groups)];

        Assert.Equal((6, 12), (arms.Length, groups.Length));
        Assert.Equal(
            FalseDiscoveries.Adjust([.. arms.Select(static arm => arm.Absolute!.Value.PValue)]),
            arms.Select(static arm => arm.AdjustedP!.Value));
        Assert.Equal(
            FalseDiscoveries.Adjust([.. groups.Select(static group => group.Absolute!.Value.PValue)]),
            groups.Select(static group => group.AdjustedP!.Value));
    }

    [Fact]
    public void The_customers_of_the_groups_are_those_of_the_arms()
    {
        var report = LiftReporting.Report(_tally, Settings);

        Assert.All(report.Measures, measure =>
        {
            Assert.Equal(
                _tally.Arms[1].Customers, measure.Groups.Where(static group => group.Arm == 1).Sum(static group => group.Customers));
            Assert.Equal(
                _tally.Arms[0].Customers, measure.Groups.Where(static group => group.Arm == 1).Sum(static group => group.Controls));
        });
    }

    [Fact]
    public void A_report_that_is_watched_has_the_intervals_and_the_ratio_of_the_watch()
    {
        var sequence = new ConfidenceSequence(Confidence.Default, 2000);
        var report = LiftReporting.Report(_tally, Settings with { Sequence = sequence });
        var visit = report.Measures[0].Arms[0];

        Assert.Equal(
            sequence.Look(visit.Absolute!.Value, _tally.Arms[1].Customers + _tally.Arms[0].Customers).Interval,
            Of(visit, LiftMethod.Watched).Interval);
        Assert.NotNull(report.WatchedRatio);
        Assert.Null(LiftReporting.Report(_tally, Settings).WatchedRatio);
    }

    [Fact]
    public void What_the_data_do_not_allow_is_refused_by_its_method_and_the_rest_is_there()
    {
        var tally = new LiftTally(Questions);
        for (var i = 0; i < 40; i++)
        {
            tally.Add(i % 2, i % 2, [i % 3 == 0 ? 1 : 0, 0, 0], 7);
        }

        var report = LiftReporting.Report(tally, Settings with { Shares = [1, 1] });
        var (visit, spend) = (report.Measures[0].Arms[0], report.Measures[2].Arms[0]);

        Assert.NotNull(visit.Absolute);
        Assert.Contains("Cuped: The covariate is the same for all customers, so it explains nothing.", visit.Refusals);
        Assert.StartsWith("Stratified: The stratum 'basic' has 0 customers of the arm", visit.Refusals[1], StringComparison.Ordinal);
        Assert.Null(spend.Absolute);
        Assert.Null(spend.AdjustedP);
        Assert.StartsWith("Welch: All customers of an arm have the same amount", spend.Refusals[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_and_covariates_that_nobody_asked_for_are_not_reported()
    {
        var tally = new LiftTally(new(["visit"], [], HasCovariate: false, HasGroups: false));
        tally.Add(0, 0, [1], 0);
        tally.Add(1, 0, [0], 0);

        var measure = LiftReporting.Report(tally, new() { Control = 0, Shares = [1, 1] }).Measures[0];

        Assert.Empty(measure.Groups);
        Assert.Null(measure.PerGroup);
        Assert.Equal([LiftMethod.AgrestiCaffo], measure.Arms[0].Methods.Select(static method => method.Method));
    }

    private static Estimate Of(ArmLift arm, LiftMethod method) => arm.Methods.Single(each => each.Method == method).Estimate;

    private static LiftTally Tally()
    {
        var (random, tally) = (new Random(9), new LiftTally(Questions));
        for (var i = 0; i < 3000; i++)
        {
            var (arm, group, before) = (i % 3, random.Next(2), random.NextDouble() * 100);
            var visit = random.NextDouble() < 0.1 + (0.05 * arm) ? 1 : 0;
            var conversion = visit == 1 && random.NextDouble() < 0.5 ? 1 : 0;
            tally.Add(arm, group, [visit, conversion, conversion * Math.Round(before + (100 * random.NextDouble()), 2)], before);
        }

        return tally;
    }
}
