using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Tests.Measurement.Reports;

/// <summary>Lifts by other methods, from totals and kept amounts.</summary>
public sealed class LiftMethodsTests
{
    private static readonly OutcomeDefinition Opened = new("opened", 3, 1, "amount", [], 30 * Bank.DayMs);

    private static readonly FactGroup Gold = new() { Campaign = "c", Tier = "gold" };

    private static readonly FactGroup Basic = Gold with { Tier = "basic" };

    // Gold customers do it more often, and were contacted more often.
    private static readonly (FactGroup Group, long Contacted, double[] Own, long HeldOut, double[] Control)[] Tiers =
    [
        (Gold, 900, [.. Enumerable.Range(1, 90).Select(static i => 1_000.0 * i)], 100, [.. Enumerable.Range(1, 8).Select(static i => 1_000.0 * i)]),
        (Basic, 300, [.. Enumerable.Range(1, 3).Select(static i => 500.0 * i), 9_000_000], 300, [.. Enumerable.Range(1, 2).Select(static i => 500.0 * i)]),
    ];

    [Fact]
    public void The_figures_are_those_of_the_same_customers_in_a_list()
    {
        var (own, control) = (new AmountCounts(), new AmountCounts());
        foreach (var tier in Tiers)
        {
            Fill(own, tier.Own, tier.Contacted);
            Fill(control, tier.Control, tier.HeldOut);
        }

        var bounds = WinsorBounds.Of([own, control], WinsorBounds.DefaultQuantile);
        var (lift, others) = Compute();
        Assert.Equal(AmountLift.Between(own.Moments, control.Moments, Confidence.Default).Value!.Value.Welch.Value, lift.Amount.Value!.Value.Welch.Value, 6);
        var winsorised = AmountLift.Between(own.Within(bounds), control.Within(bounds), Confidence.Default).Value!.Value.Welch;
        Assert.Equal(winsorised.Value, others.Winsorised.Value!.Value.Value, 6);
        Assert.True(others.Winsorised.Value.Value.StandardError < lift.Amount.Value.Value.Welch.StandardError);
        var drawn = Bootstrap.Between(own, control, Bootstrap.DefaultDraws, new Random(25), Confidence.Default);
        Assert.Equal(drawn.BiasCorrected, others.Bootstrap.Value!.Value.Interval);
        Assert.Equal(lift.Amount.Value.Value.Welch.Value, others.Bootstrap.Value.Value.Value);
    }

    [Fact]
    public void Within_tiers_the_lift_is_not_that_of_how_many_were_contacted_of_each()
    {
        var (lift, others) = Compute();

        // Of gold 0.1 against 0.08, of basic 4 of 300 against 2 of 300; 1,000 and 600 of 1,600 customers.
        var expected = (0.02 * 1_000 / 1_600) + ((4 - 2) / 300.0 * 600 / 1_600);
        Assert.Equal(expected, others.StratifiedShare.Value!.Value.Value, 9);
        Assert.True(Math.Abs(lift.Share!.Value.Absolute.Value - expected) > 0.01);
        var strata = Tiers.Select(static tier =>
        {
            var (own, control) = (new AmountCounts(), new AmountCounts());
            Fill(own, tier.Own, tier.Contacted);
            Fill(control, tier.Control, tier.HeldOut);
            return new Stratum(tier.Group.Tier, own.Moments, control.Moments);
        }).ToArray();
        Assert.Equal(StratifiedLift.Between(strata, Confidence.Default).Value!.Value.Value, others.StratifiedAmount.Value!.Value.Value, 6);
    }

    [Fact]
    public void What_cannot_be_computed_says_why()
    {
        var byTier = Compute(ReportDimension.Tier).Others;
        Assert.Contains("no tiers", byTier.StratifiedShare.Refusal, StringComparison.Ordinal);
        Assert.NotNull(byTier.Winsorised.Value);

        var (totals, amounts) = Create();
        totals.Add(new(Gold with { Tier = "young" }, FactKind.Contacted, 0, 20_000, 50, 0));
        Assert.Contains("fewer than 2", Compute(totals, amounts, null).Others.StratifiedShare.Refusal, StringComparison.Ordinal);
        var none = Compute(Create().Totals, Create().Amounts, "There are too many.").Others;
        Assert.Equal(("There are too many.", "There are too many."), (none.Winsorised.Refusal, none.Bootstrap.Refusal));
    }

    [Fact]
    public void The_bootstrap_is_refused_where_it_would_draw_for_long()
    {
        var (totals, amounts) = Create();
        totals.Add(new(Gold, FactKind.Contacted, 0, 20_000, 90_000, 0));
        totals.Add(new(Gold, FactKind.Converted, 3, 20_000, 20_000, 0));
        amounts.Add(new(Gold, false, [.. Enumerable.Range(0, 20_000).Select(static i => 2.0 + i)], [.. Enumerable.Repeat(1L, 20_000)]));
        var others = Compute(totals, amounts, null).Others;
        Assert.Contains("more than 10000 amounts", others.Bootstrap.Refusal, StringComparison.Ordinal);
        Assert.NotNull(others.Winsorised.Value);
    }

    [Fact]
    public void Amounts_of_a_hundred_billion_yuan_have_figures_or_a_refusal_and_no_fault()
    {
        var (totals, amounts) = Create();
        amounts.Add(new(Gold, false, [1e13, -1e13], [3, 3]));
        totals.Add(new(Gold, FactKind.Converted, 3, 20_000, 6, 0));
        var (lift, others) = Compute(totals, amounts, null);
        foreach (var estimate in new[] { lift.Amount.Value!.Value.Welch, others.Winsorised.Value!.Value, others.Bootstrap.Value!.Value, others.StratifiedAmount.Value!.Value })
        {
            Assert.True(double.IsFinite(estimate.Interval.Low) && double.IsFinite(estimate.Interval.High));
        }
    }

    private static (CampaignLift Lift, OtherLifts Others) Compute(params ReportDimension[] by)
    {
        var (totals, amounts) = Create();
        return Compute(totals, amounts, null, by);
    }

    private static (CampaignLift Lift, OtherLifts Others) Compute(
        List<FactTotal> totals, List<OutcomeAmounts> amounts, string? noAmounts, params ReportDimension[] by)
    {
        OutcomeSums[] sums = [.. amounts.Select(static each => each.ToSums())];
        var lift = CampaignLift.Compare(ReportLine.Divide(totals, by), new(sums, totals, by, 0), Opened, new ConfidenceSequence(Confidence.Default, 10_000))[0];
        return (lift, new LiftMethods(new(totals, sums, amounts, amounts, 0, noAmounts), by, Opened, Confidence.Default).Compute(lift));
    }

    private static (List<FactTotal> Totals, List<OutcomeAmounts> Amounts) Create() => (
        [
            .. Tiers.SelectMany(static tier => new FactTotal[]
            {
                new(tier.Group, FactKind.Contacted, 0, 20_000, tier.Contacted, 0), new(tier.Group, FactKind.HeldOut, 0, 20_000, tier.HeldOut, 0),
                new(tier.Group, FactKind.Converted, 3, 20_000, tier.Own.Length, (long)tier.Own.Sum()),
                new(tier.Group, FactKind.HeldOutConverted, 3, 20_000, tier.Control.Length, (long)tier.Control.Sum()),
            }),
        ],
        [
            .. Tiers.SelectMany(static tier => new OutcomeAmounts[]
            {
                new(tier.Group, false, [.. tier.Own], [.. tier.Own.Select(static _ => 1L)]),
                new(tier.Group, true, [.. tier.Control], [.. tier.Control.Select(static _ => 1L)]),
            }),
        ]);

    private static void Fill(AmountCounts counts, double[] amounts, long customers)
    {
        amounts.ToList().ForEach(counts.Add);
        counts.Add(0, customers - amounts.Length);
    }
}
