using System.Collections.Immutable;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Domain.Measurement.Plans;

/// <summary>The channel that a plan proposes.</summary>
/// <param name="Channel">The channel; empty for none.</param>
/// <param name="Refusal">Why none is proposed; empty where one is.</param>
public readonly record struct PlannedChannel(string Channel, string Refusal)
{
    // Some contacts of an arm may have gone another way, by consent or fallback.
    private const double MainPart = 0.99;

    private const string NotDrawn =
        "Which customer got which channel was not drawn: it followed consent and placements. Give each channel an arm of its own, then they can be compared.";

    /// <summary>Proposes: channels are compared only where arms, which are drawn, have one each.</summary>
    /// <param name="totals">The totals of the campaign.</param>
    /// <param name="winner">The arm that won; empty for none.</param>
    public static PlannedChannel Propose(IEnumerable<FactTotal> totals, string winner)
    {
        var lines = ReportLine.Divide(
            totals.Where(static total => total is { Kind: FactKind.Contacted, Group.Arm.Length: > 0 }), [ReportDimension.Arm, ReportDimension.Channel]);
        ImmutableArray<(string Arm, string Channel, double Part)> arms =
        [
            .. lines.GroupBy(static line => line.Keys[0]).Select(static arm =>
            {
                var most = arm.MaxBy(static line => line.Count(FactKind.Contacted))!;
                return (arm.Key, most.Keys[1], most.Count(FactKind.Contacted) / (double)arm.Sum(static line => line.Count(FactKind.Contacted)));
            }),
        ];
        var channels = arms.Select(static arm => arm.Channel).Distinct().Count();
        return arms.Length < 2 || channels < 2 || arms.Any(static arm => arm.Part < MainPart) ? new("", NotDrawn)
            : winner.Length == 0 ? new("", "Each arm had a channel of its own, and none is above the others yet.")
            : !arms.Any(arm => arm.Arm == winner) ? new("", NotDrawn)
            : new(arms.First(arm => arm.Arm == winner).Channel, "");
    }
}
