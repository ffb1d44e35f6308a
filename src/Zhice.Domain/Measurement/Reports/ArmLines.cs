using System.Collections.Immutable;
using Zhice.Domain.Measurement.Facts;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>Lines of a report that is divided by arm.</summary>
public static class ArmLines
{
    /// <summary>A line for each arm, in their order; one without totals has none.</summary>
    public static ImmutableArray<ReportLine> Of(IEnumerable<FactTotal> totals, IEnumerable<string> armIds)
    {
        var lines = ReportLine.Divide(totals, [ReportDimension.Arm]);
        return
        [
            .. armIds.Select(arm => lines.FirstOrDefault(line => line.Keys[0] == arm)
                ?? new ReportLine([arm], ImmutableDictionary<(FactKind, int), (long, long)>.Empty)),
        ];
    }
}
