using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>Which arm of a campaign is the best; it may be asked every day, and acted on as soon as there is an answer.</summary>
public static class CampaignWinner
{
    /// <summary>The fewest customers with the outcome whom the best arm needs: the sequence is not to be trusted before.</summary>
    public const int MinConverted = 30;

    /// <summary>The place of the best arm's line; refused while no arm is shown to be above every other one.</summary>
    /// <param name="lines">The totals of the campaign, divided by arm alone.</param>
    /// <param name="outcome">The outcome; more of it is better.</param>
    /// <param name="confidence">How sure a winner is, over all days on which it is asked.</param>
    /// <param name="expected">At how many customers of two arms together the answer is expected.</param>
    public static Measured<int> Find(IReadOnlyList<ReportLine> lines, OutcomeDefinition outcome, Confidence confidence, long expected)
    {
        var places = Enumerable.Range(0, lines.Count)
            .Where(i => lines[i].Keys is [{ Length: > 0 }] && lines[i].Count(FactKind.Contacted) > 0).ToList();
        if (places.Count < 2)
        {
            return Measured<int>.Refuse("There are fewer than two arms with customers who were contacted.");
        }

        Proportion[] shares = [.. places.Select(i => GetShare(lines[i], outcome))];
        var winner = new WinnerWatch(places.Count, confidence, expected)
            .Look([.. shares.Select(Moments.From)], [.. places.Select(i => lines[i].Keys[0])]);
        if (winner.Value is not { } arm)
        {
            return winner;
        }

        return shares[arm].Successes >= MinConverted
            ? places[arm]
            : Measured<int>.Refuse(
                $"Arm '{lines[places[arm]].Keys[0]}' is ahead with {shares[arm].Successes} customers; a winner needs at least {MinConverted} with the outcome.");
    }

    private static Proportion GetShare(ReportLine line, OutcomeDefinition outcome)
    {
        var contacted = line.Count(FactKind.Contacted);
        return new(Math.Min(contacted, line.Count(FactKind.Converted, outcome.Number)), contacted);
    }
}
