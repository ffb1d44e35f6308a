using System.Collections.Immutable;
using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Measurement.Plans;

/// <summary>What the figures of a campaign propose for the next one.</summary>
/// <param name="Verdict">Whether the campaign brought something.</param>
/// <param name="Tiers">What to do with each tier.</param>
/// <param name="Arms">How to divide the customers among the arms; empty for a campaign without arms.</param>
public sealed record NextPlan(PlanVerdict Verdict, ImmutableArray<PlannedTier> Tiers, ImmutableArray<PlannedArm> Arms)
{
    /// <summary>The weights of all arms together.</summary>
    public const int AllWeights = 10_000;

    // How much of the customers the arms share evenly, so that the next campaign learns of each.
    private const double Learning = 0.2;

    private const double LearningWithWinner = 0.1;

    private const int Draws = 20_000;

    private const int Seed = 25;

    /// <summary>Proposes.</summary>
    /// <param name="all">The lift of all customers; null where it cannot be measured.</param>
    /// <param name="tiers">The lift of each tier; those that cannot be measured are left out.</param>
    /// <param name="arms">How many customers of each arm were contacted, and did it.</param>
    /// <param name="winner">The place of the arm that won by its sequence; -1 for none.</param>
    /// <param name="terms">What is asked for.</param>
    /// <remarks>
    /// Tiers are asked many questions at once, so their p-values are adjusted (Benjamini and Hochberg); whether a tier is worth a contact
    /// is judged by its own interval. The weight of an arm is the
    /// probability that it is the best (W. R. Thompson, Biometrika 25, 1933), by draws from normal distributions with Agresti and
    /// Caffo's added success and failure, mixed with an even part.
    /// </remarks>
    public static NextPlan Propose(
        PlanFigure? all, IReadOnlyList<PlanFigure> tiers, IReadOnlyList<(string Name, Proportion Share)> arms, int winner, PlanTerms terms)
    {
        var adjusted = FalseDiscoveries.Adjust([.. tiers.Select(static tier => tier.PValue)]);
        return new(
            all is null ? PlanVerdict.NotMeasured : Judge(all, all.PValue, terms),
            [.. tiers.Select((tier, place) => new PlannedTier(tier, adjusted[place], Judge(tier, adjusted[place], terms)))],
            Weigh(arms, winner));
    }

    /// <summary>The share of the holdout of the next campaign.</summary>
    /// <remarks>
    /// As it was while nothing is clear. Half of it after a gain, not less than 5 %: without a holdout the next lift is not known.
    /// </remarks>
    public double GetHoldout(double holdout) =>
        Verdict == PlanVerdict.Gain ? Math.Min(holdout, Math.Max(0.05, Math.Round(holdout / 2, 4))) : holdout;

    private static PlanVerdict Judge(PlanFigure figure, double adjusted, PlanTerms terms) =>
        adjusted <= terms.Confidence.Alpha && figure.Interval.Low > 0
            ? figure.Interval.High < terms.Worth ? PlanVerdict.TooSmall : PlanVerdict.Gain
        : adjusted <= terms.Confidence.Alpha && figure.Interval.High < 0 ? PlanVerdict.Loss
        : terms.Worth > 0 && figure.Interval.High < terms.Worth ? PlanVerdict.TooSmall
        : PlanVerdict.NotClear;

    private static ImmutableArray<PlannedArm> Weigh(IReadOnlyList<(string Name, Proportion Share)> arms, int winner)
    {
        if (arms.Count == 0)
        {
            return [];
        }

        var best = CountBest(arms);
        var (learning, weights) = (winner >= 0 ? LearningWithWinner : Learning, new int[arms.Count]);
        for (var i = 0; i < arms.Count; i++)
        {
            var own = winner < 0 ? best[i] : winner == i ? 1 : 0;
            weights[i] = (int)Math.Round(AllWeights * (((1 - learning) * own) + (learning / arms.Count)));
        }

        weights[Array.IndexOf(weights, weights.Max())] += AllWeights - weights.Sum();
        return [.. arms.Select((arm, i) => new PlannedArm(arm.Name, arm.Share, best[i], weights[i]))];
    }

    private static double[] CountBest(IReadOnlyList<(string Name, Proportion Share)> arms)
    {
        var (random, best) = (new Random(Seed), new double[arms.Count]);
        var shares = arms.Select(static arm => new Proportion(arm.Share.Successes + 1, arm.Share.Trials + 2)).ToArray();
        for (var draw = 0; draw < Draws; draw++)
        {
            var (at, highest) = (0, double.NegativeInfinity);
            for (var i = 0; i < shares.Length; i++)
            {
                var value = shares[i].Rate + (Math.Sqrt(shares[i].Variance / shares[i].Trials) * Normal(random));
                (at, highest) = value > highest ? (i, value) : (at, highest);
            }

            best[at] += 1.0 / Draws;
        }

        return best;
    }

    // G. E. P. Box, M. E. Muller, Annals of Mathematical Statistics 29, 1958.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
