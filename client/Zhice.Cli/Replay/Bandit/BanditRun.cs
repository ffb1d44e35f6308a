using Zhice.Domain.Learning;
using Zhice.Domain.Learning.OffPolicy;

namespace Zhice.Cli.Replay.Bandit;

/// <summary>A policy and what one way of judging it says.</summary>
/// <param name="Policy">What shows the items.</param>
/// <param name="Method">How it was judged.</param>
/// <param name="Value">What it is worth a round.</param>
internal readonly record struct JudgedPolicy(string Policy, string Method, PolicyValue Value);

/// <summary>
/// Feeds a log of uniform random choices to one model for each item, round by round in order, and judges what the
/// models would have shown in each round before they learn from it.
/// </summary>
internal sealed class BanditRun(int items, int seed)
{
    // Of the probability with which Thompson sampling would show an item, an estimate without bias is enough.
    private const int Draws = 32;

    private const double Prior = 0.005;

    private readonly BayesianModel[] _models = [.. Enumerable.Range(0, items).Select(static _ => new BayesianModel())];
    private readonly double[] _means = new double[items];
    private readonly double[] _middles = new double[items];
    private readonly double[] _spreads = new double[items];

    // Seeded, so that a judgement can be repeated.
    private readonly Random _chance = new(seed);

    public IReadOnlyList<JudgedPolicy> Run(IReadOnlyList<BanditRound> random, IReadOnlyList<BanditRound>? other)
    {
        var (greedy, thompson, drawn) = (new LoggedRound[random.Count], new LoggedRound[random.Count], new LoggedRound[random.Count]);
        for (var i = 0; i < random.Count; i++)
        {
            var round = random[i];
            var reward = round.IsClicked ? 1.0 : 0.0;
            Predict(round.Features);
            var hits = Enumerable.Range(0, Draws).Count(_ => Best(isDrawn: true) == round.Item);
            greedy[i] = new(reward, round.Propensity, Best(isDrawn: false) == round.Item ? 1 : 0);
            drawn[i] = new(reward, round.Propensity, Best(isDrawn: true) == round.Item ? 1 : 0);
            thompson[i] = new(reward, round.Propensity, hits / (double)Draws);
            _models[round.Item].Learn(Prior, round.Features, round.IsClicked);
        }

        List<JudgedPolicy> judged =
        [
            new("uniform random", "lived", Lived(random)),
            new("learner, greedy", "replay", PolicyEvaluation.Replay(greedy)),
            new("learner, greedy", "SNIPS", PolicyEvaluation.Snips(greedy)),
            new("learner, Thompson", "replay", PolicyEvaluation.Replay(drawn)),
            new("learner, Thompson", "SNIPS", PolicyEvaluation.Snips(thompson)),
        ];
        if (other is not null)
        {
            judged.Insert(1, new("other log's policy", "lived", Lived(other)));
            LoggedRound[] check = [.. other.Select(round => new LoggedRound(round.IsClicked ? 1 : 0, round.Propensity, 1.0 / items))];
            judged.Add(new("uniform random, from the other log", "SNIPS", PolicyEvaluation.Snips(check)));
        }

        return judged;
    }

    private static PolicyValue Lived(IReadOnlyList<BanditRound> rounds) =>
        PolicyEvaluation.Lived(rounds.Count(static round => round.IsClicked), rounds.Count);

    private void Predict(uint[] features)
    {
        for (var item = 0; item < items; item++)
        {
            var mean = _models[item].Predict(Prior, features, out _, out var variance);
            _means[item] = mean;
            _middles[item] = BayesianModel.GetMiddle(mean, variance);
            _spreads[item] = BayesianModel.GetSpread(variance);
        }
    }

    // Of equal ones any: at first all are.
    private int Best(bool isDrawn)
    {
        var (best, highest, equals) = (0, double.NegativeInfinity, 1);
        for (var item = 0; item < items; item++)
        {
            var worth = isDrawn ? _middles[item] + (Normal() * _spreads[item]) : _means[item];
            if (worth > highest)
            {
                (best, highest, equals) = (item, worth, 1);
            }
            else if (worth == highest && Uniform() * ++equals < 1)
            {
                best = item;
            }
        }

        return best;
    }

    // G. Box, M. Muller, Annals of Mathematical Statistics 29, 1958.
    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    private double Uniform() => _chance.NextDouble();
}
