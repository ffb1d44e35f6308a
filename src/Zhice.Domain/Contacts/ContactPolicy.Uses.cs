
namespace Zhice.Domain.Contacts;

/// <content>How far the caps are used up.</content>
public sealed partial class ContactPolicy
{
    /// <summary>How many slots of a cap are used up that has one count for each customer: contacts, and slots that are held.</summary>
    /// <param name="cap">The cap.</param>
    /// <param name="memory">What is remembered of the customer.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="changesAtMs">When it is another number, if nothing more is used; <see cref="long.MaxValue"/>: never.</param>
    /// <remarks>Allocates nothing.</remarks>
    public int Used(ContactCap cap, in ContactState memory, long nowMs, out long changesAtMs)
    {
        changesAtMs = long.MaxValue;
        if (!cap.Window.IsPossible)
        {
            return cap.Limit;
        }

        var (sinceMs, selection) = (cap.Window.Since(nowMs, _calendar), cap.Selects(cap.ScopeNumber, _rules.Categories));
        var used = memory.History.CountSince(selection, sinceMs, out var earliestMs, out var forgottenMs);
        changesAtMs = used > 0 ? cap.Window.GetEnd(earliestMs, _calendar) : changesAtMs;
        foreach (ref readonly var held in memory.Reservations.All)
        {
            if (held.ExpiresAtMs > nowMs && selection.Has(held.Scopes, held.Moment, held.Purpose))
            {
                used++;
                changesAtMs = Math.Min(changesAtMs, held.ExpiresAtMs);
            }
        }

        if (forgottenMs < sinceMs || forgottenMs == long.MinValue)
        {
            return used;
        }

        changesAtMs = Math.Min(changesAtMs, cap.Window.GetEnd(forgottenMs, _calendar));
        return Math.Max(used, cap.Limit);
    }

    /// <summary>The same by the cap's id; 0 when there is no such cap.</summary>
    public int Used(string capId, in ContactState memory, long nowMs)
    {
        foreach (var cap in _caps)
        {
            if (cap.Id == capId)
            {
                return Used(cap, memory, nowMs, out _);
            }
        }

        return 0;
    }

    /// <summary>The use of every cap: of all contacts, of what a cap names, and of where the customer was contacted.</summary>
    public IEnumerable<CapUse> Uses(ContactState memory, long nowMs)
    {
        foreach (var cap in _caps)
        {
            var isOne = cap.Scope == CapScope.All || cap.ScopeNumber != 0;
            IEnumerable<ushort> numbers = isOne
                ? [cap.ScopeNumber]
                : memory.History.GetNumbers(cap.Scope, cap.Purposes)
                    .Union(
                        memory.Reservations.All.ToArray()
                            .Where(held => (held.Purpose & cap.Purposes) != 0)
                            .Select(held => held.Scopes.In(cap.Scope)))
                    .SelectMany(number => CountsAbove(cap, number) ? [number, _rules.Categories.GetParent(number)] : (ushort[])[number])
                    .Distinct().Order();
            foreach (var number in numbers)
            {
                yield return CapUse.Compute(cap, number, memory, nowMs, _calendar, _rules.Categories);
            }
        }
    }
}
