using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;

namespace Zhice.Domain.Decisions;

/// <summary>
/// Ranks what may be offered: by score, but for ranks that belong to an action, and for what the answer has of a
/// category already. One answer never offers more than the caps have left: each offer counts for the next.
/// </summary>
internal static class Arbitration
{
    /// <summary>
    /// Moves the offers to the front, best first; equal scores keep the catalogue's order. What stays open behind them is
    /// outranked.
    /// </summary>
    /// <returns>How many are offered.</returns>
    public static int Rank(Span<Verdict> verdicts, in CustomerView customer, Placement placement, in PolicyMoment policy, int limit)
    {
        Span<ushort> categories = stackalloc ushort[Decider.MaxLimit];
        Span<ContactAsk> counted = stackalloc ContactAsk[Decider.MaxLimit];
        var (rank, counting) = (0, 0);
        while (rank < limit && Next(verdicts[rank..], placement.FixedSlots, rank + 1) is var next and >= 0)
        {
            next += rank;
            var winner = verdicts[next];
            var action = customer.Catalog.Action(winner.Action)!;
            var ask = placement.AskFor(action, placement.TreatmentOf(winner.Action, winner.Treatment));
            if (ask.IsBound)
            {
                var (reason, culprit) = WhyNot(ask, customer, placement, policy, categories[..rank], counted[..counting]);
                if (reason != ReasonCode.Offered)
                {
                    verdicts[next] = winner with { Reason = reason, Culprit = (short)culprit };
                    continue;
                }

                counted[counting++] = ask;
            }

            verdicts[rank..next].CopyTo(verdicts[(rank + 1)..]);
            categories[rank] = action.Category;
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
    private static (ReasonCode Reason, int Culprit) WhyNot(
        in ContactAsk ask, in CustomerView customer, Placement placement, in PolicyMoment policy, ReadOnlySpan<ushort> categories,
        ReadOnlySpan<ContactAsk> counted)
    {
        if (placement.MostPerCategory <= categories.Count(ask.Scopes.Category))
        {
            return (ReasonCode.Diversity, -1);
        }

        if (counted.IsEmpty)
        {
            return (ReasonCode.Offered, -1);
        }

        var refusal = customer.Catalog.ContactPolicy.FirstRefusal(policy, ask, counted);
        return refusal.IsRefused ? (refusal.Reason, refusal.Culprit) : (ReasonCode.Offered, -1);
    }

    // The owner of the rank, if it is open; else the best of those that own no rank; else the best of all.
    private static int Next(ReadOnlySpan<Verdict> verdicts, ImmutableArray<FixedSlot> slots, int rank)
    {
        if (slots.IsEmpty)
        {
            return Best(verdicts, slots);
        }

        foreach (var slot in slots)
        {
            if (slot.Rank == rank && IndexOfOpen(verdicts, slot.Action) is var owner and >= 0)
            {
                return owner;
            }
        }

        var best = Best(verdicts, slots);
        return best >= 0 ? best : Best(verdicts, []);
    }

    private static int Best(ReadOnlySpan<Verdict> verdicts, ImmutableArray<FixedSlot> butFor)
    {
        var best = -1;
        for (var i = 0; i < verdicts.Length; i++)
        {
            ref readonly var verdict = ref verdicts[i];
            if (verdict.Reason == ReasonCode.Offered && (best < 0 || verdict.Score > verdicts[best].Score) && !Owns(verdict.Action, butFor))
            {
                best = i;
            }
        }

        return best;
    }

    private static int IndexOfOpen(ReadOnlySpan<Verdict> verdicts, ushort action)
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

    private static bool Owns(ushort action, ImmutableArray<FixedSlot> slots)
    {
        foreach (var slot in slots)
        {
            if (slot.Action == action)
            {
                return true;
            }
        }

        return false;
    }
}
