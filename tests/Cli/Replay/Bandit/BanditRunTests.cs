using Zhice.Cli.Replay.Bandit;

namespace Zhice.Cli.Tests.Replay.Bandit;

public sealed class BanditRunTests
{
    [Fact]
    public void A_learner_is_worth_more_than_chance_when_one_item_is_always_clicked()
    {
        BanditRound[] rounds = [.. Enumerable.Range(0, 2000).Select(static i => new BanditRound(i % 4, i % 4 == 2, 0.25, [0, 5]))];
        var judged = new BanditRun(4, seed: 7).Run(rounds, rounds);

        Assert.Equal(0.25, judged[0].Value.Value, 12);
        Assert.Equal(0.25, judged[^1].Value.Value, 12);
        Assert.All(
            judged.Where(static each => each.Policy.StartsWith("learner", StringComparison.Ordinal)),
            static each => Assert.True(each.Value.Low > 0.8));
        Assert.Equal(judged, new BanditRun(4, seed: 7).Run(rounds, rounds));
    }
}
