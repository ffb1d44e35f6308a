using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.Decisions;

/// <summary>What the models and the stock said when a decision was made.</summary>
/// <param name="verdicts">The verdicts of the decision.</param>
/// <param name="beside">What says how doubtful the models are, and what actions are worth that were not scored; null: nobody does.</param>
internal sealed class RecordedAnswers(ImmutableArray<Verdict> verdicts, IPropensities? beside) : IPropensities, IStockLevels
{
    public PropensityEstimate Estimate(BankAction action, ReadOnlySpan<uint> features, double? draw, ref FeatureSums sums) =>
        Find(action) is { } verdict && (verdict.IsScored || beside is null)
            ? new(verdict.Propensity, verdict.ModelVersion, verdict.Exploration)
            : beside?.Estimate(action, features, draw, ref sums) ?? new(action.PriorPropensity, 0);

    public double GetVariance(BankAction action, ReadOnlySpan<uint> features, ref FeatureSums sums) =>
        beside?.GetVariance(action, features, ref sums) ?? 0;

    public bool HasLeft(BankAction action) => Find(action)?.Reason != ReasonCode.OutOfStock;

    private Verdict? Find(BankAction action)
    {
        foreach (ref readonly var verdict in verdicts.AsSpan())
        {
            if (verdict.Action == action.Number)
            {
                return verdict;
            }
        }

        return null;
    }
}
