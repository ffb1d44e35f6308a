using Zhice.Domain.Catalogs;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Decisions;

/// <summary>A model in the place of the one that an action was scored by.</summary>
/// <param name="Action">The number of the action.</param>
/// <param name="Model">The model.</param>
public sealed record ReplacedModel(ushort Action, BayesianModel Model)
{
    /// <summary>What all models say with this one in its place.</summary>
    /// <param name="others">What says the propensities of all other actions.</param>
    internal IPropensities Beside(IPropensities others) => new Answers(this, others);

    private sealed class Answers(ReplacedModel replaced, IPropensities others) : IPropensities
    {
        public PropensityEstimate Estimate(BankAction action, ReadOnlySpan<uint> features, double? draw, ref FeatureSums sums)
        {
            if (!IsMeant(action))
            {
                return others.Estimate(action, features, draw, ref sums);
            }

            var (model, learned) = (replaced.Model, (uint)Math.Min(uint.MaxValue, replaced.Model.Learned));
            if (draw is not { } normal)
            {
                return new(model.Predict(action.PriorPropensity, features), learned);
            }

            var (mean, drawn) = model.Sample(action.PriorPropensity, features, normal);
            return new(mean, learned, (float)(drawn / mean));
        }

        public double GetVariance(BankAction action, ReadOnlySpan<uint> features, ref FeatureSums sums)
        {
            if (!IsMeant(action))
            {
                return others.GetVariance(action, features, ref sums);
            }

            _ = replaced.Model.Predict(action.PriorPropensity, features, out _, out var variance);
            return variance;
        }

        private bool IsMeant(BankAction action) => action.Number == replaced.Action && action.Purpose == Purpose.Marketing;
    }
}
