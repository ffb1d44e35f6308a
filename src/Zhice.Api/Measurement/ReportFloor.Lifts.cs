using Zhice.Api.Audiences;
using Zhice.V1;

namespace Zhice.Api.Measurement;

/// <content>Lifts: a share tells a number as well as the number does.</content>
internal readonly partial struct ReportFloor
{
    /// <summary>Lines of too few have no figures: a share tells a number as well as the number does.</summary>
    public GetLiftResponse Apply(GetLiftResponse answer)
    {
        if (floor.Min <= 1)
        {
            return answer;
        }

        var hides = Thin(answer.Courses) | RemoveSmall(answer.Lines);
        RemoveWithout(answer.Courses, answer.Lines);
        if (answer.SampleRatio is { } ratio && (IsSmall(ratio.Contacted) || IsSmall(ratio.HeldOut)))
        {
            (answer.SampleRatio, hides) = (null, true);
        }

        if (answer.Need is { } need && (hides || IsSmall(need.HeldOut)))
        {
            (answer.Need, hides) = (Hide(need), true);
        }

        answer.FewerThan = hides ? floor.Min : 0;
        return answer;
    }

    /// <summary>The same of an experiment; arms of too few have no numbers.</summary>
    public GetExperimentLiftResponse Apply(GetExperimentLiftResponse answer)
    {
        if (floor.Min <= 1)
        {
            return answer;
        }

        var hides = Thin(answer.Courses) | RemoveSmall(answer.Lines) | HideColumns(answer.Arms);
        RemoveWithout(answer.Courses, answer.Lines);
        answer.FewerThan = hides ? floor.Min : 0;
        return answer;
    }

    /// <summary>A plan that rests on too few has no figures, and says so.</summary>
    public GetNextPlanResponse Apply(GetNextPlanResponse answer)
    {
        if (floor.Min <= 1)
        {
            return answer;
        }

        var hides = HideColumns(answer.Arms);
        if (answer.All is { } all && RemoveSmall([all]))
        {
            (answer.All, answer.SampleRatio, answer.Need, hides) = (null, null, Hide(answer.Need), true);
            answer.Tiers.Clear();
        }

        answer.FewerThan = hides ? floor.Min : 0;
        return answer;
    }

    /// <summary>Proposals whose arms or acceptances are too few have no numbers.</summary>
    public GetCatalogPlanResponse Apply(GetCatalogPlanResponse answer)
    {
        if (floor.Min <= 1)
        {
            return answer;
        }

        var hides = false;
        foreach (var proposal in answer.Proposals)
        {
            var isSmall = HideColumns(proposal.Arms);
            foreach (var arm in isSmall ? proposal.Arms : [])
            {
                (arm.BestProbability, arm.Weight) = (0, 0);
            }

            // The weights are in the draft too.
            if (isSmall && proposal.Kind == CatalogProposalKind.ShareArms)
            {
                answer.Draft = null;
            }

            if (IsSmall(proposal.Accepted) || IsSmall(proposal.Reached))
            {
                (proposal.Accepted, proposal.Difference, isSmall) = (0, null, true);
            }

            hides |= isSmall;
        }

        answer.FewerThan = hides ? floor.Min : 0;
        return answer;
    }

    /// <summary>Ways to decide by which too few converted have no figures.</summary>
    public GetContrastsResponse Apply(GetContrastsResponse answer)
    {
        if (floor.Min <= 1 || !HideColumns(answer.Contrasts))
        {
            return answer;
        }

        foreach (var line in answer.Contrasts)
        {
            line.ClearDifference();
            (line.Watched, line.AmountFen) = (null, line.Converted == 0 ? 0 : line.AmountFen);
        }

        answer.FewerThan = floor.Min;
        return answer;
    }

    private bool RemoveSmall(IList<LiftLine> lines)
    {
        var least = floor;
        return FloorCell.RemoveSmall(lines, floor, line => GetLeast(line, least)).Count > 0;
    }

    private bool HideColumns<T>(IEnumerable<T> lines)
        where T : Google.Protobuf.IMessage
    {
        var hides = false;
        foreach (var column in lines.SelectMany(static line => FloorCell.Of(line)).GroupBy(static cell => cell.Name).ToList())
        {
            hides |= FloorCell.HideSmall([.. column], floor);
        }

        return hides;
    }

    private LiftNeed? Hide(LiftNeed? need) => need is null ? null : new()
    {
        SmallestDifference = need.SmallestDifference, Power = need.Power, Refusal = $"fewer than {floor.Min} customers are in a group",
    };

    private bool IsSmall(long count) => count > 0 && floor.Hides(count);

    // The smallest of the four numbers that tells of somebody; where none is small, all that the line is of.
    private static long GetLeast(LiftLine line, CountFloor floor)
    {
        long[] counts = [line.Contacted, line.Converted, line.HeldOut, line.HeldOutConverted];
        return counts.Where(count => count > 0 && floor.Hides(count)).DefaultIfEmpty(line.Contacted + line.HeldOut).Min();
    }
}
