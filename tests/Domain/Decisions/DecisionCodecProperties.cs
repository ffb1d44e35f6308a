using FsCheck.Xunit;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Decisions;

public sealed class DecisionCodecProperties
{
    [Property]
    public void A_decision_comes_back_as_it_was(int seed)
    {
        var decision = RandomDecision(new Random(seed));

        var back = DecisionCodec.FromBytes(DecisionCodec.ToBytes(decision));
        Assert.Equal(decision.Verdicts.ToArray(), back.Verdicts.ToArray());
        AssertSameHead(decision, back);
    }

    [Property]
    public void Its_offers_alone_come_back_too(int seed)
    {
        var decision = RandomDecision(new Random(seed));

        var back = DecisionCodec.FromBytes(DecisionCodec.ToBytes(decision, onlyOffered: true));
        Assert.Equal(decision.Offered.ToArray(), back.Verdicts.ToArray());
        AssertSameHead(decision, back);
    }

    [Property(MaxTest = 20)]
    public void A_truncated_decision_is_a_format_fault(int seed)
    {
        var bytes = DecisionCodec.ToBytes(RandomDecision(new Random(seed)));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<FormatException>(() => DecisionCodec.FromBytes(bytes[..length]));
        }
    }

    private static void AssertSameHead(Decision decision, Decision back) => Assert.Equal(
        (decision.Id, decision.CustomerId, decision.CatalogVersion, decision.StateVersion, decision.OfferedCount),
        (back.Id, back.CustomerId, back.CatalogVersion, back.StateVersion, back.OfferedCount));

    private static Decision RandomDecision(Random dice)
    {
        var offered = dice.Next(5);
        var verdicts = Enumerable.Range(0, offered + dice.Next(5)).Select(i =>
        {
            var reason = i < offered
                ? ReasonCode.Offered
                : (ReasonCode)dice.Next((int)ReasonCode.LowerPriority, (int)ReasonCode.Suppressed + 1);
            return reason is ReasonCode.Offered or ReasonCode.LowerPriority
                ? new Verdict(
                    (ushort)dice.Next(1 << 16), reason, -1, dice.NextDouble(), dice.NextDouble() * 1e9, (uint)dice.Next(), 1, 0,
                    (float)dice.NextDouble())
                : new Verdict((ushort)dice.Next(1 << 16), reason, (short)dice.Next(-1, short.MaxValue), 0, 0, 0);
        });
        return new Decision
        {
            Id = new DecisionId((ulong)dice.NextInt64(), (ulong)dice.NextInt64()),
            CustomerId = dice.Next(2) == 0 ? "020235" : "客户+/",
            CatalogVersion = dice.NextInt64(),
            StateVersion = dice.NextInt64(),
            OfferedCount = offered,
            Verdicts = [.. verdicts],
        };
    }
}
