using FsCheck.Xunit;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Decisions;

public sealed class DecisionKeyTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, DecisionKey.SecretLength).Select(static i => (byte)i)];
    private static readonly DecisionKey Key = new(Secret, Bank.Now);

    // The first vectors of the paper's appendix and of the reference implementation.
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31UL)]
    [InlineData(8, 0x93f5f5799a932462UL)]
    [InlineData(15, 0xa129ca6149be45e5UL)]
    public void The_signature_is_SipHash_2_4(int length, ulong expected) =>
        Assert.Equal(expected, SipHash.Compute(0x0706050403020100, 0x0f0e0d0c0b0a0908, Secret.AsSpan(0, length)));

    [Property]
    public void An_id_is_known_as_made_here_by_every_silo_and_says_when_where_and_for_whom(uint seconds, ushort placement, string? customer)
    {
        var (at, customerId) = (seconds * 1000L, customer ?? "");
        var id = Key.Create(at, placement, customerId);

        Assert.Equal((at, placement), (id.DecidedAtMs, id.Placement));
        Assert.Equal(DecisionOrigin.Signed, new DecisionKey(Secret, Bank.Now).GetOrigin(id, customerId, Bank.Now));
        Assert.Equal(DecisionOrigin.Foreign, Key.GetOrigin(id, customerId + "0", Bank.Now));
    }

    [Fact]
    public void An_id_that_differs_in_one_bit_was_not_made_here()
    {
        var (after, id) = (Bank.Now + Bank.DayMs, Key.Create(Bank.Now + Bank.DayMs, Bank.Home, "020235"));
        for (var bit = 0; bit < 128; bit++)
        {
            // Up to the hour of the day, an earlier instant is one before ids were signed.
            var forged = bit < 64 ? id with { Low = id.Low ^ (1UL << bit) } : id with { High = id.High ^ (1UL << (bit - 64)) };
            if (forged.DecidedAtMs >= Bank.Now + 3_600_000)
            {
                Assert.Equal(DecisionOrigin.Foreign, Key.GetOrigin(forged, "020235", after));
            }
        }

        Assert.Equal(DecisionOrigin.Foreign, new DecisionKey(DecisionKey.NewSecret(), Bank.Now).GetOrigin(id, "020235", after));
    }

    [Fact]
    public void Ids_without_a_signature_are_taken_while_they_are_older_than_the_key_for_90_days()
    {
        var (old, fresh) =
            (DecisionId.Create(Bank.Now - 1, Bank.Home, "020235"), DecisionId.Create(Bank.Now + 3_600_000, Bank.Home, "020235"));

        Assert.Equal(DecisionOrigin.BeforeSigning, Key.GetOrigin(old, "020235", Bank.Now));
        Assert.Equal(DecisionOrigin.Foreign, Key.GetOrigin(old, "020236", Bank.Now));
        Assert.Equal(DecisionOrigin.Foreign, Key.GetOrigin(old, "020235", Bank.Now + (90 * Bank.DayMs)));
        Assert.Equal(DecisionOrigin.Foreign, Key.GetOrigin(fresh, "020235", Bank.Now));
        Assert.Equal(DecisionOrigin.Foreign, new DecisionKey(Secret, madeAtMs: 0).GetOrigin(old, "020235", Bank.Now));
    }

    [Fact]
    public void Decisions_of_one_instant_have_ids_of_their_own() =>
        Assert.Equal(256, Enumerable.Range(0, 256).Select(static _ => Key.Create(Bank.Now, Bank.Home, "020235")).Distinct().Count());
}
