using Zhice.Api.Audiences;
using Zhice.V1;

namespace Zhice.Api.Journeys;

/// <summary>Takes out of reports of journeys what is of fewer customers than the caller learns of.</summary>
internal static class JourneyFloor
{
    /// <summary>
    /// Versions of too few entries are left out, numbers that are too small are 0, and so are others that would tell them: who came to a stage
    /// is there, or went on.
    /// </summary>
    public static GetJourneyReportResponse Apply(GetJourneyReportResponse answer, CountFloor floor)
    {
        if (floor.Min <= 1)
        {
            return answer;
        }

        var hides = FloorCell.RemoveSmall(answer.Versions, floor, static version => version.Entered).Count > 0;
        foreach (var version in answer.Versions)
        {
            var cells = FloorCell.Of(version).ToList();
            hides |= FloorCell.HideSmall(cells, floor);
            version.MedianTimeToGoal = version.Converted == 0 ? null : version.MedianTimeToGoal;
            foreach (var stage in version.Stages)
            {
                hides |= Apply(stage, floor);
            }
        }

        answer.FewerThan = hides ? floor.Min : 0;
        return answer;
    }

    private static bool Apply(JourneyStageReport stage, CountFloor floor)
    {
        var own = FloorCell.Of(stage).ToList();
        List<FloorCell> parts = [own.Single(static cell => cell.Name == "in_now"), .. stage.Transitions.SelectMany(FloorCell.Of)];
        var hides = FloorCell.HideSmall(parts, floor) | FloorCell.HideSmall([own.Single(static cell => cell.Name == "arrived")], floor);
        foreach (var transition in stage.Transitions.Where(static each => each.Customers == 0))
        {
            transition.MedianStay = null;
        }

        stage.MedianStay = hides ? null : stage.MedianStay;
        return hides;
    }
}
