using System.Globalization;
using Zhice.Domain.Learning.OffPolicy;

namespace Zhice.Domain.Measurement.OffPolicy;

/// <summary>Judges a policy by the decisions that another one logged, or says why they do not tell.</summary>
public static class OffPolicyEvaluation
{
    // How many standard errors the mean weight may be away from 1 before the log is not believed.
    private const double Doubt = 4;
    private const double Z = 1.959963984540054;

    /// <summary>The value of a policy; refused where the log has no support for it.</summary>
    /// <param name="rounds">The logged decisions.</param>
    /// <param name="rules">How much support there must be.</param>
    /// <remarks>
    /// IPS: D. G. Horvitz, D. J. Thompson, JASA 47, 1952. SNIPS: A. Swaminathan, T. Joachims, NIPS 2015. Doubly robust: M. Dudík,
    /// J. Langford, L. Li, ICML 2011. Effective rounds: L. Kish, Survey Sampling, 1965. Weights of a log that supports the policy have
    /// the mean 1 (D. Lefortier et al., Large-scale Validation of Counterfactual Learning Methods, 2016).
    /// </remarks>
    public static Measured<OffPolicyValue> Judge(ReadOnlySpan<JudgedRound> rounds, SupportRules rules)
    {
        var logged = new LoggedRound[rounds.Length];
        var (weights, robust) = (default(Moments), default(Moments));
        double squares = 0, unsupported = 0, largest = 0;
        for (var i = 0; i < rounds.Length; i++)
        {
            ref readonly var round = ref rounds[i];
            if (!(round.Logged is > 0 and <= 1) || !(round.Target is >= 0 and <= 1) || !(round.Unsupported is >= 0 and <= 1))
            {
                return Refuse($"Round {i + 1} has a probability that is none: logged above 0, all at most 1 and at least 0.");
            }

            logged[i] = round.Round;
            var weight = logged[i].Weight;
            weights = weights.With(weight);
            robust = robust.With(round.PredictedTarget + (weight * (round.Reward - round.PredictedShown)));
            (squares, unsupported, largest) = (squares + (weight * weight), unsupported + round.Unsupported, Math.Max(largest, weight));
        }

        var sum = weights.Mean * weights.Count;
        var effective = squares > 0 ? sum * sum / squares : 0;
        unsupported = rounds.IsEmpty ? 0 : unsupported / rounds.Length;
        if (FindFault(weights, effective, unsupported, sum > 0 ? largest / sum : 0, rules) is { } fault)
        {
            return Refuse(fault);
        }

        var error = Math.Sqrt(robust.MeanVariance);
        return new OffPolicyValue(
            PolicyEvaluation.Ips(logged),
            PolicyEvaluation.Snips(logged),
            new(robust.Mean, robust.Mean - (Z * error), robust.Mean + (Z * error), effective),
            effective,
            unsupported);
    }

    private static string? FindFault(Moments weights, double effective, double unsupported, double largest, SupportRules rules)
    {
        if (unsupported > rules.MaxUnsupported)
        {
            return Say($"{unsupported:0.0 %} of the policy's choices are never shown by the log's policy; at most {rules.MaxUnsupported:0.0 %} may be. Let the log explore them first.");
        }

        if (effective < rules.MinEffectiveRounds)
        {
            return Say($"The log is worth {effective:0.#} rounds of the policy, of {weights.Count}; at least {rules.MinEffectiveRounds:0} are needed. Log more, or judge a policy that is closer to the logged one.");
        }

        if (largest > rules.MaxShareOfOne)
        {
            return Say($"One round has {largest:0.0 %} of all weights, so the value would be that round's; at most {rules.MaxShareOfOne:0.0 %} may be.");
        }

        var off = weights.Mean - 1;
        return Math.Abs(off) > (Doubt * Math.Sqrt(weights.MeanVariance)) + rules.MaxUnsupported
            ? Say($"The weights have a mean of {weights.Mean:0.000} instead of 1: {(off < 0 ? "the policy chooses what the log never shows" : "the logged probabilities are too small")}.")
            : null;
    }

    private static Measured<OffPolicyValue> Refuse(string reason) => Measured<OffPolicyValue>.Refuse(reason);

    private static string Say(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
