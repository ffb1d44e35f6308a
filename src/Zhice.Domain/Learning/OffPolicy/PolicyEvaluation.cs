namespace Zhice.Domain.Learning.OffPolicy;

/// <summary>Judges a policy by the rounds that another one logged.</summary>
public static class PolicyEvaluation
{
    // The normal distribution holds 95 % within so many standard deviations.
    private const double Z = 1.959963984540054;

    /// <summary>
    /// The mean of rounds that were lived through, each of 0 or 1: E. B. Wilson, Probable Inference, JASA 22, 1927,
    /// whose interval holds for few successes too.
    /// </summary>
    public static PolicyValue Lived(double successes, int rounds)
    {
        if (rounds == 0)
        {
            return PolicyValue.Unknown;
        }

        var (mean, width) = (successes / rounds, 1 + (Z * Z / rounds));
        var centre = (mean + (Z * Z / (2 * rounds))) / width;
        var half = Z / width * Math.Sqrt((mean * (1 - mean) / rounds) + (Z * Z / (4.0 * rounds * rounds)));
        return new(mean, Math.Max(0, centre - half), Math.Min(1, centre + half), rounds);
    }

    /// <summary>
    /// Replay: the rounds in which the policy would have shown what was shown, of a log that showed each with the same
    /// probability. L. Li, W. Chu, J. Langford, X. Wang, WSDM 2011.
    /// </summary>
    /// <param name="rounds">Rewards of 0 or 1; a target of 1 is a match, and any other is none.</param>
    public static PolicyValue Replay(ReadOnlySpan<LoggedRound> rounds)
    {
        var (successes, matched) = (0.0, 0);
        foreach (ref readonly var round in rounds)
        {
            if (round.Target == 1)
            {
                successes += round.Reward;
                matched++;
            }
        }

        return Lived(successes, matched);
    }

    /// <summary>
    /// Inverse propensity scoring: without bias, and the wider the further the policies are apart. D. G. Horvitz,
    /// D. J. Thompson, JASA 47, 1952.
    /// </summary>
    public static PolicyValue Ips(ReadOnlySpan<LoggedRound> rounds)
    {
        if (rounds.IsEmpty)
        {
            return PolicyValue.Unknown;
        }

        double sum = 0, squares = 0;
        foreach (ref readonly var round in rounds)
        {
            var gain = round.Weight * round.Reward;
            sum += gain;
            squares += gain * gain;
        }

        var mean = sum / rounds.Length;
        var variance = rounds.Length == 1 ? 0 : Math.Max(0, (squares - (sum * mean)) / (rounds.Length - 1));
        return Normal(mean, Math.Sqrt(variance / rounds.Length), EffectiveRounds(rounds));
    }

    /// <summary>
    /// Self-normalised inverse propensity scoring: a little bias for much less variance. A. Swaminathan, T. Joachims,
    /// NIPS 2015; the interval by the delta method (A. B. Owen, Monte Carlo Theory, 2013, 9.2).
    /// </summary>
    public static PolicyValue Snips(ReadOnlySpan<LoggedRound> rounds)
    {
        double gains = 0, weights = 0;
        foreach (ref readonly var round in rounds)
        {
            gains += round.Weight * round.Reward;
            weights += round.Weight;
        }

        if (weights == 0)
        {
            return PolicyValue.Unknown;
        }

        var (mean, squares) = (gains / weights, 0.0);
        foreach (ref readonly var round in rounds)
        {
            var off = round.Weight * (round.Reward - mean);
            squares += off * off;
        }

        return Normal(mean, Math.Sqrt(squares) / weights, EffectiveRounds(rounds));
    }

    // L. Kish, Survey Sampling, 1965: unequal weights are worth fewer equal ones.
    private static double EffectiveRounds(ReadOnlySpan<LoggedRound> rounds)
    {
        double sum = 0, squares = 0;
        foreach (ref readonly var round in rounds)
        {
            sum += round.Weight;
            squares += round.Weight * round.Weight;
        }

        return squares > 0 ? sum * sum / squares : 0;
    }

    private static PolicyValue Normal(double mean, double error, double rounds) =>
        new(mean, mean - (Z * error), mean + (Z * error), rounds);
}
