using Zhice.Domain.Learning.OffPolicy;
using Zhice.Domain.Measurement.OffPolicy;

namespace Zhice.Domain.Tests.Measurement.OffPolicy;

public sealed class OffPolicyEvaluationTests
{
    private const int Actions = 4;

    // What each action is worth to a customer of either kind.
    private static readonly double[,] Worth = { { 0.02, 0.05, 0.10, 0.20 }, { 0.30, 0.10, 0.05, 0.01 } };
    private static readonly double[] Logged = [0.4, 0.3, 0.2, 0.1];
    private static readonly SupportRules Loose = new() { MinEffectiveRounds = 1, MaxShareOfOne = 1 };

    [Fact]
    public void The_doubly_robust_value_is_that_of_the_hand()
    {
        JudgedRound[] rounds = [new(1, 0.5, 0.25, 0, 0.4, 0.3), new(0, 0.25, 0.5, 0, 0.2, 0.3), new(0, 0.5, 0.5, 0, 0.1, 0.2)];

        // 0.3 + 0.5 (1 - 0.4), 0.3 - 2 · 0.2, 0.2 - 0.1.
        var value = OffPolicyEvaluation.Judge(rounds, Loose).Require().DoublyRobust;

        double[] each = [0.6, -0.1, 0.1];
        Assert.Equal(each.Average(), value.Value, 12);
        var error = Math.Sqrt(each.Sum(one => (one - each.Average()) * (one - each.Average())) / 2 / 3);
        Assert.Equal(1.959963984540054 * error, value.High - value.Value, 12);
    }

    [Fact]
    public void All_three_estimators_find_the_truth_and_a_model_makes_the_interval_smaller()
    {
        var rounds = Log(new(17), 40_000, Best, isModelRight: true);
        var value = OffPolicyEvaluation.Judge(rounds, SupportRules.Default).Require();

        // Best is right for 9 of 10.
        var truth = (0.5 * Average(0)) + (0.5 * Average(1));
        Assert.All([value.Ips, value.Snips, value.DoublyRobust], each => Assert.InRange(truth, each.Low, each.High));
        Assert.InRange(Width(value.DoublyRobust), 0, 0.97 * Width(value.Ips));
        Assert.Equal(0, value.Unsupported);
    }

    [Fact]
    public void A_wrong_model_does_not_mislead_while_the_probabilities_are_right()
    {
        var rounds = Log(new(19), 40_000, Best, isModelRight: false);
        var value = OffPolicyEvaluation.Judge(rounds, SupportRules.Default).Require().DoublyRobust;

        Assert.InRange((0.5 * Average(0)) + (0.5 * Average(1)), value.Low, value.High);
    }

    [Fact]
    public void Ninety_five_percent_of_the_intervals_hold_the_truth()
    {
        var (random, covered) = (new Random(23), 0);
        for (var run = 0; run < 400; run++)
        {
            var value = OffPolicyEvaluation.Judge(Log(random, 3_000, Best, isModelRight: true), SupportRules.Default)
                .Require().DoublyRobust;
            var truth = (0.5 * Average(0)) + (0.5 * Average(1));
            covered += truth >= value.Low && truth <= value.High ? 1 : 0;
        }

        Assert.InRange(covered, 0.92 * 400, 0.98 * 400);
    }

    [Fact]
    public void A_policy_that_chooses_what_the_log_never_shows_is_refused()
    {
        JudgedRound[] rounds = [.. Enumerable.Repeat(new JudgedRound(1, 0.5, 0.48, 0.04), 1000)];

        Assert.Contains("4.0 % of the policy's choices are never shown", Refusal(rounds), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_support_is_found_by_the_weights_where_the_log_does_not_tell_it()
    {
        // The policy shows with 0.5 what the log never shows; the caller does not know.
        JudgedRound[] rounds =
            [.. Log(new(29), 5000, Best, isModelRight: true).Select(static round => round with { Target = round.Target / 2 })];

        Assert.Contains("chooses what the log never shows", Refusal(rounds), StringComparison.Ordinal);
    }

    [Fact]
    public void Probabilities_that_were_logged_too_small_are_found()
    {
        JudgedRound[] rounds =
            [.. Log(new(31), 5000, Best, isModelRight: true).Select(static round => round with { Logged = round.Logged / 2 })];

        Assert.Contains("too small", Refusal(rounds), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_effective_rounds_are_refused()
    {
        Assert.Contains("worth 50 rounds", Refusal([.. Enumerable.Repeat(new JudgedRound(1, 0.5, 0.5, 0), 50)]), StringComparison.Ordinal);
        Assert.Contains("worth 0 rounds", Refusal([]), StringComparison.Ordinal);
    }

    [Fact]
    public void One_round_that_decides_alone_is_refused()
    {
        JudgedRound[] rounds = [.. Enumerable.Repeat(new JudgedRound(0, 1, 1, 0), 1000), new(1, 0.01, 0.9, 0)];

        Assert.Contains("One round has 8.3 %", Refusal(rounds), StringComparison.Ordinal);
    }

    [Fact]
    public void A_probability_that_is_none_is_refused_by_its_round() =>
        Assert.Contains("Round 2 has", Refusal([new(0, 0.5, 0.5, 0), new(0, 0, 0.5, 0)]), StringComparison.Ordinal);

    private static string Refusal(JudgedRound[] rounds) => OffPolicyEvaluation.Judge(rounds, SupportRules.Default).Refusal!;

    private static double Width(PolicyValue value) => value.High - value.Low;

    private static double Best(int kind, int action) => action == (kind == 0 ? 3 : 0) ? 0.91 : 0.03;

    private static double Average(int kind) => Enumerable.Range(0, Actions).Sum(action => Best(kind, action) * Worth[kind, action]);

    private static JudgedRound[] Log(Random random, int rounds, Func<int, int, double> target, bool isModelRight)
    {
        var log = new JudgedRound[rounds];
        for (var i = 0; i < rounds; i++)
        {
            var (kind, draw, action) = (random.Next(2), random.NextDouble(), 0);
            while (draw >= Logged[action] && action < Actions - 1)
            {
                draw -= Logged[action++];
            }

            var reward = random.NextDouble() < Worth[kind, action] ? 1 : 0;
            log[i] = new(
                reward,
                Logged[action],
                target(kind, action),
                0,
                isModelRight ? Worth[kind, action] : 0.5,
                isModelRight ? Average(kind) : 0.5);
        }

        return log;
    }
}
