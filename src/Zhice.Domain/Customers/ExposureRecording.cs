using System.Numerics;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Exposures;
using Zhice.Domain.Measurement.Facts;

namespace Zhice.Domain.Customers;

/// <summary>
/// Records that a customer was exposed to experiments and holdouts of the catalogue: at the first decision in a placement in which their arms
/// differ, for each customer and experiment once.
/// </summary>
public static class ExposureRecording
{
    /// <summary>Whether a decision in a placement exposes the customer to something that is not recorded yet.</summary>
    /// <param name="state">The customer's state.</param>
    /// <param name="arms">The customer's arm in each experiment of the catalogue, from 1, 0 for none.</param>
    /// <param name="placement">Where it was decided.</param>
    /// <param name="catalog">The catalogue that it was decided by.</param>
    /// <remarks>Hot path: 1 ns where a placement has neither; else some ns for each; allocates nothing.</remarks>
    public static bool IsDue(CustomerState state, ReadOnlySpan<byte> arms, Placement placement, Catalog catalog)
    {
        if ((placement.Holdouts | placement.Experiments) == 0)
        {
            return false;
        }

        for (var left = GetExperiments(placement, catalog); left != 0; left &= left - 1)
        {
            var experiment = BitOperations.TrailingZeroCount(left);
            if (experiment < arms.Length && arms[experiment] != 0 && !state.Exposures.Has(catalog.Experiments[experiment].Key))
            {
                return true;
            }
        }

        for (var left = placement.Holdouts; left != 0; left &= left - 1)
        {
            if (!state.Exposures.Has(catalog.Holdouts[BitOperations.TrailingZeroCount(left)].Key))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Records the exposures that are not recorded yet; false where there are none.</summary>
    /// <param name="state">A state that may be changed.</param>
    /// <param name="customerId">The customer.</param>
    /// <param name="placement">Where it was decided.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="atMs">When it was decided, unix milliseconds.</param>
    public static bool Record(CustomerState state, string customerId, Placement placement, Catalog catalog, long atMs)
    {
        Span<byte> arms = stackalloc byte[Assignment.MaxExperiments];
        arms = arms[..catalog.Experiments.Length];
        Assignment.Arms(catalog.Experiments, customerId, arms);
        if (!IsDue(state, arms, placement, catalog))
        {
            return false;
        }

        var tier = FactRecording.GetTier(state, catalog, atMs);
        for (var left = GetExperiments(placement, catalog); left != 0; left &= left - 1)
        {
            var place = BitOperations.TrailingZeroCount(left);
            if (arms[place] is not 0 and var arm && catalog.Experiments[place] is var experiment && !state.Exposures.Has(experiment.Key))
            {
                Keep(state, customerId, experiment.Key, catalog, atMs, new()
                {
                    Campaign = ExperimentNames.OfExperiment(experiment.Id), Arm = experiment.Arms[arm - 1].Id, Tier = tier,
                });
            }
        }

        var heldOut = Assignment.HeldOut(catalog.Holdouts, customerId);
        for (var left = placement.Holdouts; left != 0; left &= left - 1)
        {
            var place = BitOperations.TrailingZeroCount(left);
            if (catalog.Holdouts[place] is var holdout && !state.Exposures.Has(holdout.Key))
            {
                Keep(state, customerId, holdout.Key, catalog, atMs, new()
                {
                    Campaign = ExperimentNames.OfHoldout(holdout.Id), Tier = tier,
                    Arm = (heldOut & (1UL << place)) != 0 ? ExperimentNames.HeldOutArm : ExperimentNames.MarketedArm,
                });
            }
        }

        return true;
    }

    // An experiment that lies within another's arm is what that arm has and the others have not.
    private static ulong GetExperiments(Placement placement, Catalog catalog)
    {
        var all = placement.Experiments;
        for (var i = catalog.Experiments.Length - 1; i >= 0; i--)
        {
            if ((all & (1UL << i)) != 0 && catalog.Experiments[i].Within is { IsSet: true } within)
            {
                all |= 1UL << within.Experiment;
            }
        }

        // The arm of who comes after a promotion is not drawn.
        for (var i = 0; i < catalog.Experiments.Length; i++)
        {
            all &= catalog.Experiments[i].Promoted != 0 ? ~(1UL << i) : ulong.MaxValue;
        }

        return all;
    }

    private static void Keep(CustomerState state, string customerId, long experiment, Catalog catalog, long atMs, FactGroup group)
    {
        var exposure = new KeptExposure(experiment, Assignment.GetNumber(experiment, customerId), atMs, group.GetId());
        state.Exposures.Keep(exposure);
        (state.Effects ??= new()).Record(Fact.Of(FactKind.Exposed, exposure.Key, atMs, catalog.Calendar.GetDay(atMs), group));
    }
}
