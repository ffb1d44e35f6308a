using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Contrasts;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;

namespace Zhice.Domain.Tests.Measurement.Contrasts;

/// <summary>Ways to decide, compared with the usual one.</summary>
public sealed class ContrastFiguresTests
{
    [Fact]
    public void Ways_to_decide_are_compared_with_the_usual_one()
    {
        FactTotal[] totals =
        [
            .. Group("", 90_000, 4_000), .. Group("contrast:arbitration", 4_000, 400),
            .. Group("contrast:arbitration", 1_000, 100, FactKind.Seen), .. Group("contrast:random_eligible", 5_000, 200),
            .. Group("contrast:no_levers", 5_000, 490),
        ];
        CustomerSums[] sums =
        [
            Once("contrast:arbitration", 5_000, 500), Once("contrast:random_eligible", 5_000, 200), Once("contrast:no_levers", 5_000, 490),
        ];
        var found = ContrastFigures.Compare(totals, sums, Outcome, Confidence.Default).ToDictionary(static contrast => contrast.Contrast);

        Assert.Equal(6, found.Count);
        Assert.False(found[DecisionContrast.Arbitration].Gain.HasValue);
        Assert.Equal((5_000, 500), (found[DecisionContrast.Arbitration].Shown, found[DecisionContrast.Arbitration].Converted));
        Assert.Equal(0.06, found[DecisionContrast.RandomEligible].Gain.Require().Value, 1e-9);
        Assert.True(found[DecisionContrast.RandomEligible].Gain.Require().Interval.Low > 0.03);
        Assert.True(found[DecisionContrast.NoLevers].Gain.Require().Interval.Low < 0);
        Assert.Equal(5_000, found[DecisionContrast.NoLevers].Customers);
        Assert.Equal(0, found[DecisionContrast.PropensityOnly].Shown);
        Assert.Contains("No customer was shown", found[DecisionContrast.PropensityOnly].Gain.Refusal, StringComparison.Ordinal);
    }

    private static OutcomeDefinition Outcome => new("opened", 1, 1, "amount", [], 86_400_000);

    private static CustomerSums Once(string arm, long shown, long converted) => new(arm, shown, shown, converted, shown, converted, converted);

    private static IEnumerable<FactTotal> Group(string arm, long shown, long converted, FactKind kind = FactKind.Shown)
    {
        var group = new FactGroup { Arm = arm, Placement = $"{kind}" };
        yield return new(group, kind, 0, 20_000, shown, 0);
        yield return new(group, FactKind.Converted, 1, 20_000, converted, converted * 100);
    }
}
