using Zhice.Api.Audiences;
using Zhice.V1;

namespace Zhice.Api.Campaigns;

/// <summary>
/// Takes out of the figures of runs what is of fewer customers than the caller learns of, and what would tell it by the sums that are known:
/// matched = contacted + holdout + blocked + failed + too_old.
/// </summary>
internal static class CampaignFloor
{
    private static readonly string[] s_parts = ["contacted", "holdout", "failed", "too_old"];

    /// <summary>A campaign as the caller may see it.</summary>
    public static CampaignStatus Apply(CampaignStatus status, CountFloor floor)
    {
        if (floor.Min <= 1)
        {
            return status;
        }

        foreach (var run in status.Runs)
        {
            Apply(run, floor);
        }

        if (status.Deliveries is { } deliveries)
        {
            FloorCell.HideSmall(
                [.. deliveries.Waiting.SelectMany(static each => FloorCell.Of(each)), .. deliveries.Outcomes.SelectMany(static each => FloorCell.Of(each))], floor);
        }

        return status;
    }

    private static void Apply(CampaignRun run, CountFloor floor)
    {
        var own = FloorCell.Of(run).ToDictionary(static cell => cell.Name);
        List<FloorCell> parts = [.. s_parts.Select(name => own[name]), .. run.Blocked.SelectMany(static each => FloorCell.Of(each))];
        var hides = FloorCell.HideSmall(parts, floor);
        foreach (var all in new[] { own["matched"], own["expected"] })
        {
            hides |= FloorCell.HideSmall([all], floor);
        }

        if (own["matched"].IsHidden)
        {
            parts.ForEach(static cell => cell.Hide());
        }

        hides |= Divide(own["contacted"], run.ByPlacement, floor) | Divide(own["holdout"], run.HeldOut, floor);
        run.SpentFen = own["contacted"].IsHidden ? 0 : run.SpentFen;
        run.FewerThan = hides ? floor.Min : 0;
    }

    // The parts of a number that is not shown are not shown either.
    private static bool Divide(FloorCell all, IEnumerable<ContactedCount> counts, CountFloor floor)
    {
        List<FloorCell> cells = [.. counts.SelectMany(static each => FloorCell.Of(each))];
        if (all.IsHidden)
        {
            cells.ForEach(static cell => cell.Hide());
        }

        return FloorCell.HideSmall(cells, floor);
    }
}
