using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Decisions;

/// <summary>
/// Ranks what may be offered: regulatory actions, then service, then marketing, in each tier by score; but for ranks that
/// belong to an action, and for what the answer has of a category already. One answer never offers more than the caps have
/// left: each offer counts for the next.
/// </summary>
internal static class Arbitration
{
    /// <summary>
    /// Moves the offers to the front, best first; equal scores keep the catalogue's order. What stays open behind them is
    /// outranked.
    /// </summary>
    /// <param name="verdicts">The verdicts.</param>
    /// <param name="tiers">The tier of each, see <see cref="GetTier"/>; they are moved with their verdicts.</param>
    /// <param name="customer">The customer.</param>
    /// <param name="placement">Where.</param>
    /// <param name="policy">The contact policy now.</param>
    /// <param name="limit">How many are offered at the most.</param>
    /// <returns>How many are offered.</returns>
    public static int Rank(
        Span<Verdict> verdicts, Span<byte> tiers, in CustomerView customer, Placement placement, in PolicyMoment policy, int limit)
    {
        Span<ushort> categories = stackalloc ushort[Decider.MaxLimit];
        Span<ContactRequest> counted = stackalloc ContactRequest[Decider.MaxLimit];
        var (rank, counting) = (0, 0);
        while (rank < limit && Next(verdicts[rank..], tiers[rank..], placement.FixedSlots, rank + 1, limit) is var next and >= 0)
        {
            next += rank;
            var winner = verdicts[next];
            var action = customer.Catalog.Action(winner.Action)!;
            var ask = placement.AskFor(action, placement.GetTreatment(winner.Action, winner.Treatment));
            if (customer.Catalog.ContactPolicy.Binds(ask))
            {
                var (reason, source) = WhyNot(ask, customer, placement, policy, categories[..rank], counted[..counting]);
                if (reason != ReasonCode.Offered)
                {
                    verdicts[next] = winner with { Reason = reason, AccessSource = (short)source };
                    continue;
                }

                counted[counting++] = ask;
            }

            verdicts[rank..next].CopyTo(verdicts[(rank + 1)..]);
            var tier = tiers[next];
            tiers[rank..next].CopyTo(tiers[(rank + 1)..]);
            tiers[rank] = tier;
            categories[rank] = customer.Catalog.ContactPolicy.Categories.GetTop(action.Category);
            verdicts[rank++] = winner;
        }

        foreach (ref var verdict in verdicts[rank..])
        {
            if (verdict.Reason == ReasonCode.Offered)
            {
                verdict = verdict with { Reason = ReasonCode.LowerPriority };
            }
        }

        return rank;
    }

    // What keeps one more out of the answer; OFFERED when nothing does.
    private static (ReasonCode Reason, int AccessSource) WhyNot(
        in ContactRequest ask, in CustomerView customer, Placement placement, in PolicyMoment policy, ReadOnlySpan<ushort> categories,
        ReadOnlySpan<ContactRequest> counted)
    {
        if (ask.IsBound
            && placement.MaxPerCategory <= categories.Count(customer.Catalog.ContactPolicy.Categories.GetTop(ask.Scopes.Category)))
        {
            return (ReasonCode.Diversity, -1);
        }

        if (counted.IsEmpty)
        {
            return (ReasonCode.Offered, -1);
        }

        var refusal = customer.Catalog.ContactPolicy.FirstRefusal(policy, ask, counted);
        return refusal.IsRefused ? (refusal.Reason, refusal.AccessSource) : (ReasonCode.Offered, -1);
    }

    /// <summary>The tier of a purpose: what law asks for is said before what serves, and that before what sells.</summary>
    public static byte GetTier(Purpose purpose) => purpose switch
    {
        Purpose.Regulatory => 0,
        Purpose.Service => 1,
        _ => 2,
    };

    // The owner of the rank, if it is open and no higher tier waits; else the best of those that own no later rank; else the
    // best of all.
    private static int Next(ReadOnlySpan<Verdict> verdicts, ReadOnlySpan<byte> tiers, ImmutableArray<FixedSlot> slots, int rank, int limit)
    {
        var best = Best(verdicts, tiers, slots, rank, limit);
        foreach (var slot in slots)
        {
            if (slot.Rank == rank && FindOpen(verdicts, slot.Action) is var owner and >= 0)
            {
                return best >= 0 && tiers[best] < tiers[owner] ? best : owner;
            }
        }

        return best >= 0 || slots.IsEmpty ? best : Best(verdicts, tiers, [], rank, limit);
    }

    private static int Best(ReadOnlySpan<Verdict> verdicts, ReadOnlySpan<byte> tiers, ImmutableArray<FixedSlot> slots, int rank, int limit)
    {
        var best = -1;
        for (var i = 0; i < verdicts.Length; i++)
        {
            ref readonly var verdict = ref verdicts[i];
            if (verdict.Reason == ReasonCode.Offered
                && (best < 0 || tiers[i] < tiers[best] || (tiers[i] == tiers[best] && verdict.Score > verdicts[best].Score))
                && !OwnsLater(verdict.Action, slots, rank, limit))
            {
                best = i;
            }
        }

        return best;
    }

    private static int FindOpen(ReadOnlySpan<Verdict> verdicts, ushort action)
    {
        for (var i = 0; i < verdicts.Length; i++)
        {
            if (verdicts[i].Action == action && verdicts[i].Reason == ReasonCode.Offered)
            {
                return i;
            }
        }

        return -1;
    }

    // A rank that the answer does not reach, or has passed, is none: its owner competes like all others.
    private static bool OwnsLater(ushort action, ImmutableArray<FixedSlot> slots, int rank, int limit)
    {
        foreach (var slot in slots)
        {
            if (slot.Action == action && slot.Rank > rank && slot.Rank <= limit)
            {
                return true;
            }
        }

        return false;
    }
}
