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
    public static int Rank(Span<Verdict> verdicts, in CustomerView customer, Placement placement, int limit)
    {
        Span<ContactScopes> offered = stackalloc ContactScopes[Decider.MaxLimit];
        Span<ContactScopes> counted = stackalloc ContactScopes[Decider.MaxLimit];
        var (rank, counting) = (0, 0);
        while (rank < limit && Next(verdicts[rank..], placement.FixedSlots, rank + 1) is var next and >= 0)
        {
            next += rank;
            var winner = verdicts[next];
            var action = customer.Catalog.Action(winner.Action)!;
            var scopes = new ContactScopes(placement.Channel, action.Category, action.Number);
            if (action.Purpose == Purpose.Marketing)
            {
                if (CountIn(scopes.Category, offered[..rank]) >= placement.MostPerCategory)
                {
                    verdicts[next] = winner with { Reason = ReasonCode.Diversity };
                    continue;
                }

                if (counting > 0 && customer.Catalog.ContactPolicy.FirstReached(
                    customer.State.Contacts, scopes, customer.NowMs, counted[..counting]) is { } cap)
                {
                    verdicts[next] = winner with { Reason = ReasonCode.CapReached, Culprit = (short)customer.Catalog.Caps.IndexOf(cap) };
                    continue;
                }

                counted[counting++] = scopes;
            }

            verdicts[rank..next].CopyTo(verdicts[(rank + 1)..]);
            offered[rank] = scopes;
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

    private static int CountIn(ushort category, ReadOnlySpan<ContactScopes> offered)
    {
        var count = 0;
        foreach (ref readonly var scopes in offered)
        {
            count += scopes.Category == category ? 1 : 0;
        }

        return count;
    }
}
