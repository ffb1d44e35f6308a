using Zhice.Api.Audiences;
using Zhice.V1;

namespace Zhice.Api.Measurement;

/// <content>The figures by which a bank is judged.</content>
internal readonly partial struct ReportFloor
{
    /// <summary>Lines and figures of too few are not shown: a share or a mean tells of single customers as well as a number does.</summary>
    public GetValueResponse Apply(GetValueResponse answer)
    {
        if (floor.Min <= 1)
        {
            return answer;
        }

        var least = floor;
        var hides = FloorCell.RemoveSmall(answer.Lines, floor, line => GetLeast([line.Contacted, line.HeldOut], least)).Count > 0;
        foreach (var kind in answer.Lines.SelectMany(static line => line.Figures).GroupBy(static figure => figure.Kind))
        {
            foreach (var figure in FloorCell.RemoveSmall(kind.ToList(), floor, figure => GetSize(figure, least)))
            {
                Hide(figure);
                hides = true;
            }
        }

        if (answer.SampleRatio is { } ratio && (IsSmall(ratio.Contacted) || IsSmall(ratio.HeldOut)))
        {
            (answer.SampleRatio, hides) = (null, true);
        }

        hides |= FloorCell.HideSmall([.. FloorCell.Of(answer).Where(static cell => cell.Name is "customers_not_over" or "without_facts" or "answers_not_counted")], floor);
        answer.FewerThan = hides ? floor.Min : 0;
        return answer;
    }

    private void Hide(ValueFigure figure)
    {
        (figure.ContactedCustomers, figure.HeldOutCustomers, figure.Difference) = (0, 0, null);
        figure.ClearContacted();
        figure.ClearHeldOut();
        figure.ClearAdjustedPValue();
        figure.Refusal = $"Fewer than {floor.Min} customers are in a group.";
    }

    // Of a share of customers also those who did it, and those who did not: it tells both.
    private static long GetSize(ValueFigure figure, CountFloor floor) => GetLeast(
        [
            figure.ContactedCustomers, figure.HeldOutCustomers,
            .. GetParts(figure.Kind, figure.Contacted, figure.ContactedCustomers), .. GetParts(figure.Kind, figure.HeldOut, figure.HeldOutCustomers),
        ],
        floor);

    private static IEnumerable<long> GetParts(ValueKind kind, double share, long customers)
    {
        if (customers == 0 || kind is not (ValueKind.Active or ValueKind.Churned))
        {
            return [];
        }

        // Of a condition that a caller makes, nobody tells as much as one: as with audiences.
        var (those, least) = ((long)Math.Round(share * customers), kind == ValueKind.Churned ? 1 : 0);
        return [Math.Max(least, those), Math.Max(least, customers - those)];
    }

    // The smallest number that tells of somebody; where none is small, all that they are of.
    private static long GetLeast(long[] counts, CountFloor floor) =>
        counts.Where(count => count > 0 && floor.Hides(count)).DefaultIfEmpty(counts[0] + counts[1]).Min();
}
