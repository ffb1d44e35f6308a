using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.Grains.Customers;

namespace Zhice.Grains.Tests.Customers;

public sealed class PackedDecisionTests
{
    [Fact]
    public void A_decision_comes_back_as_it_was_also_from_the_array_of_another()
    {
        byte[]? bytes = null;
        for (var seed = 0; seed < 500; seed++)
        {
            var decision = Create(new Random(seed));
            PackedDecision.Write(LentDecision.Of(decision), ref bytes);
            var back = PackedDecision.Read(bytes, decision.CustomerId);

            Assert.Equal((decision.Id, decision.Id), (PackedDecision.ReadId(bytes), back.Id));
            Assert.Equal(decision.Verdicts.Select((verdict, place) => AsKept(verdict, place < decision.OfferedCount)), back.Verdicts);
            Assert.Equal(decision.Features.ToArray(), back.Features.ToArray());
            Assert.Equal(decision.Arms.ToArray(), back.Arms.ToArray());
            Assert.Equal(decision with { Verdicts = [], Features = [], Arms = [] }, back with { Verdicts = [], Features = [], Arms = [] });
        }
    }

    [Fact]
    public void The_next_decision_takes_the_place_of_the_one_before()
    {
        byte[]? bytes = null;
        PackedDecision.Write(LentDecision.Of(Create(new Random(1))), ref bytes);
        var first = bytes;
        PackedDecision.Write(LentDecision.Of(Create(new Random(1))), ref bytes);

        Assert.Same(first, bytes);
    }

    [Fact]
    public void The_last_eight_are_remembered()
    {
        var (recent, decisions) = (new RecentDecisions(), Enumerable.Range(0, 20).Select(static seed => Create(new Random(seed))).ToList());
        foreach (var decision in decisions)
        {
            recent.Add(LentDecision.Of(decision), []);
        }

        var found = decisions.Select(decision => recent.Find(decision.Id, decision.CustomerId)?.Decision).ToList();
        Assert.All(found[..12], Assert.Null);
        Assert.Equal(decisions[12..].Select(static decision => decision.Id), found[12..].Select(static decision => decision!.Id));
    }

    // Of actions that were not offered, propensity and score have the digits of a float.
    private static Verdict AsKept(Verdict verdict, bool isOffered) =>
        isOffered ? verdict : verdict with { Propensity = (float)verdict.Propensity, Score = (float)verdict.Score };

    private static Decision Create(Random dice)
    {
        var offered = dice.Next(4);
        return new()
        {
            Id = new((ulong)dice.NextInt64(), (ulong)dice.NextInt64()),
            CustomerId = "020235",
            CatalogVersion = dice.NextInt64(),
            StateVersion = dice.NextInt64(),
            IsPersonalized = dice.Next(2) == 0,
            OfferedCount = offered,
            Verdicts = [.. Enumerable.Range(0, offered + dice.Next(40)).Select(_ => CreateVerdict(dice))],
            Features = [.. Enumerable.Range(0, dice.Next(60)).Select(_ => (uint)dice.Next())],
            Arms = [.. Enumerable.Range(0, dice.Next(4)).Select(_ => (byte)dice.Next(4))],
        };
    }

    private static Verdict CreateVerdict(Random dice) => dice.Next(4) switch
    {
        0 => default,
        1 => new(
            (ushort)dice.Next(1 << 16), ReasonCode.Offered, -1, dice.NextDouble(), dice.NextDouble() * 1e9, (uint)dice.Next(), 0.5, 3, 1.5f),
        2 => new((ushort)dice.Next(1 << 16), ReasonCode.LowerPriority, -1, 0, 0, 0, 2),
        _ => new(
            (ushort)dice.Next(1 << 16), ReasonCode.CapReached, (short)dice.Next(-1, short.MaxValue), 0, 0, 0, Treatment: (byte)dice.Next(3)),
    };
}
