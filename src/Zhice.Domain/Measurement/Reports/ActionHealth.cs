using System.Collections.Immutable;
using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>What is wrong with an action.</summary>
public enum ActionFinding
{
    /// <summary>Nothing that the figures show.</summary>
    None,

    /// <summary>It is offered to nobody: a check refuses it for each customer.</summary>
    Blocked,

    /// <summary>It is offered to nobody, as others rank above it for each customer.</summary>
    Outranked,

    /// <summary>It is offered, and no customer was reached with it.</summary>
    Starved,

    /// <summary>Customers accept it more rarely than the other actions, and that is no chance.</summary>
    Losing,
}

/// <summary>What is known of an action.</summary>
/// <param name="ActionId">The action.</param>
/// <param name="Offered">To how many customers of the sample it is offered in some placement, placements added up.</param>
/// <param name="Outranked">For how many it passed all checks and others ranked above it.</param>
/// <param name="Reached">How often a customer was reached with it: contacted, or shown or seen in a placement.</param>
/// <param name="Accepted">How often it was accepted; more than <paramref name="Reached"/> counts as that many.</param>
public readonly record struct ActionFigures(string ActionId, long Offered, long Outranked, long Reached, long Accepted);

/// <summary>The health of an action.</summary>
/// <param name="Figures">What is known.</param>
/// <param name="Finding">What is wrong.</param>
/// <param name="Difference">How much more often it is accepted than all other actions together; null where that is not known.</param>
/// <param name="AdjustedP">The p-value of the difference, adjusted for all actions of the report; null where that is not known.</param>
public sealed record ActionHealth(ActionFigures Figures, ActionFinding Finding, Estimate? Difference, double? AdjustedP)
{
    /// <summary>Judges the actions against each other.</summary>
    /// <param name="actions">All actions.</param>
    /// <param name="confidence">How sure a finding of losing is, over all actions.</param>
    /// <remarks>
    /// Losing: the share of acceptances is below that of all other actions together (Newcombe's interval), and clear after Y. Benjamini
    /// and Y. Hochberg's adjustment. It is no experiment: the action may be offered to other customers than the rest.
    /// </remarks>
    public static ImmutableArray<ActionHealth> Judge(IReadOnlyList<ActionFigures> actions, Confidence confidence)
    {
        var (reached, accepted) = (actions.Sum(static each => each.Reached), actions.Sum(GetAccepted));
        Estimate?[] differences =
        [
            .. actions.Select(each => each.Reached > 0 && reached > each.Reached
                ? ProportionLift.Between(
                    new(GetAccepted(each), each.Reached), new(accepted - GetAccepted(each), reached - each.Reached), confidence).Absolute
                : (Estimate?)null),
        ];
        var adjusted = new Queue<double>(FalseDiscoveries.Adjust([.. differences.OfType<Estimate>().Select(static each => each.PValue)]));
        return
        [
            .. actions.Select((each, i) =>
            {
                double? p = differences[i] is null ? null : adjusted.Dequeue();
                return new ActionHealth(each, Find(each, differences[i], p, confidence), differences[i], p);
            }),
        ];
    }

    private static ActionFinding Find(in ActionFigures figures, Estimate? difference, double? p, Confidence confidence) =>
        figures is { Reached: > 0 }
            ? difference is { Value: < 0 } && p < confidence.Alpha ? ActionFinding.Losing : ActionFinding.None
            : figures.Offered > 0 ? ActionFinding.Starved
            : figures.Outranked > 0 ? ActionFinding.Outranked
            : ActionFinding.Blocked;

    private static long GetAccepted(ActionFigures figures) => Math.Min(figures.Accepted, figures.Reached);
}
