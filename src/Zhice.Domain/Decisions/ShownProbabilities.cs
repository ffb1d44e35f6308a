using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Experiments;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Decisions;

/// <summary>
/// How probable it was that each action was shown at its rank: what inverse propensity scoring needs to judge another
/// ranking by the decisions that were logged. Where a placement explores it is found by drawing the decision again.
/// </summary>
/// <remarks>Not for the hot path: some 0.1 ms a decision; asked when a decision is logged or explained.</remarks>
public static class ShownProbabilities
{
    /// <summary>How often a decision is drawn again.</summary>
    public const int Rounds = 200;

    /// <summary>The probability of each offered action at its rank, best first, above 0 and at most 1.</summary>
    /// <remarks>
    /// (hits + 1) / (rounds + 1), the decision itself being one of the draws: so its inverse has no bias but what comes of
    /// probabilities near 1 / rounds.
    /// </remarks>
    /// <param name="decision">The decision.</param>
    /// <param name="customer">The customer as the decision saw one.</param>
    /// <param name="placement">Where it was made.</param>
    /// <param name="models">The models as they were.</param>
    /// <param name="limit">How many recommendations there might be.</param>
    public static ImmutableArray<float> Compute(
        Decision decision, in CustomerView customer, Placement placement, IPropensities models, int limit)
    {
        // Ranked in another way than by scores that can be drawn again.
        if (customer.Catalog.Contrasts?.Find(decision.CustomerId) is > DecisionContrast.Arbitration)
        {
            return [];
        }

        var shown = new float[decision.OfferedCount];
        if (!placement.Explores || !customer.IsPersonalized || decision.Verdicts.Length == 1)
        {
            Array.Fill(shown, 1);
            return ImmutableCollectionsMarshal.AsImmutableArray(shown);
        }

        Draw(decision, customer, placement, models, limit, ranked =>
        {
            for (var rank = 0; rank < Math.Min(ranked.Length, shown.Length); rank++)
            {
                shown[rank] += ranked[rank].Action == decision.Verdicts[rank].Action ? 1 : 0;
            }
        });
        foreach (ref var probability in shown.AsSpan())
        {
            probability = (probability + 1) / (Rounds + 1);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(shown);
    }

    /// <summary>How probable each action is at the first rank; empty where nothing is offered, null where it cannot be drawn again.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="customer">The customer as the decision saw one.</param>
    /// <param name="placement">Where it was made.</param>
    /// <param name="models">The models as they were.</param>
    /// <param name="limit">How many recommendations there might be.</param>
    public static Dictionary<ushort, double>? DrawFirst(
        Decision decision, in CustomerView customer, Placement placement, IPropensities models, int limit)
    {
        if (customer.Catalog.Contrasts?.Find(decision.CustomerId) is > DecisionContrast.Arbitration)
        {
            return null;
        }

        var shares = new Dictionary<ushort, double>();
        if (decision.OfferedCount == 0)
        {
            return shares;
        }

        if (!placement.Explores || !customer.IsPersonalized || decision.Verdicts.Length == 1)
        {
            shares[decision.Verdicts[0].Action] = 1;
            return shares;
        }

        Draw(decision, customer, placement, models, limit, ranked =>
        {
            if (!ranked.IsEmpty)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(shares, ranked[0].Action, out _) += 1.0 / Rounds;
            }
        });
        return shares;
    }

    private static void Draw(
        Decision decision, in CustomerView customer, Placement placement, IPropensities models, int limit, RankedRound take)
    {
        var context = new DecisionContext(
            customer,
            placement,
            stackalloc uint[FeatureVector.MaxLength],
            stackalloc byte[Assignment.MaxExperiments],
            stackalloc byte[Rule.MaxConditions],
            stackalloc CapMoment[customer.Catalog.Caps.Length]);
        var open = Open(decision, placement, models, context);
        var (verdicts, tiers, most) = (new Verdict[open.Length], new byte[open.Length], Math.Min(limit, Decider.MaxLimit));
        for (var round = 1; round <= Rounds; round++)
        {
            for (var i = 0; i < open.Length; i++)
            {
                (verdicts[i], tiers[i]) = (open[i].Drawn(decision.Id, round), open[i].Tier);
            }

            take(verdicts.AsSpan(0, Arbitration.Rank(verdicts, tiers, customer, placement, context.Policy, most)));
        }
    }

    // What was there to be ranked, in the catalogue's order, which decides between equal scores.
    private static OpenAction[] Open(Decision decision, Placement placement, IPropensities models, in DecisionContext context)
    {
        var scored = decision.Verdicts.Where(static verdict => verdict.IsScored).ToDictionary(static verdict => verdict.Action);
        var (open, sums) = (new List<OpenAction>(scored.Count), default(FeatureSums));
        foreach (var candidate in placement.Candidates)
        {
            if (scored.TryGetValue(candidate.Action.Number, out var verdict))
            {
                var variance = models.GetVariance(candidate.Action, context.Features, ref sums);
                open.Add(new(
                    verdict with { Reason = ReasonCode.Offered, AccessSource = -1, Score = verdict.Score / verdict.Exploration },
                    Arbitration.GetTier(candidate.Action.Purpose),
                    BayesianModel.GetMiddle(verdict.Propensity, variance),
                    BayesianModel.GetSpread(variance)));
            }
        }

        return [.. open];
    }

    private delegate void RankedRound(ReadOnlySpan<Verdict> ranked);

    private readonly record struct OpenAction(Verdict Verdict, byte Tier, double Middle, double Spread)
    {
        public Verdict Drawn(DecisionId id, int round)
        {
            if (Spread == 0)
            {
                return Verdict;
            }

            var drawn = 1 / (1 + Math.Exp(-Middle - (Spread * id.DrawFor(Verdict.Action, round))));
            return Verdict with { Score = Verdict.Score / Verdict.Propensity * drawn };
        }
    }
}
