
namespace Zhice.Domain.Contacts;

/// <summary>How far a cap is used up.</summary>
/// <param name="Cap">The cap.</param>
/// <param name="ScopeNumber">The channel, category, action or treatment; 0 for all contacts.</param>
/// <param name="Used">How many slots are used in the window: contacts, and slots that decisions hold.</param>
/// <param name="NextFreeMs">When the next one becomes free, if nothing more is used: unix milliseconds; 0 while some are left.</param>
public readonly record struct CapUse(ContactCap Cap, ushort ScopeNumber, int Used, long NextFreeMs)
{
    /// <summary>How many contacts are left.</summary>
    public int Remaining => Math.Max(0, Cap.Limit - Used);

    internal static CapUse Compute(
        ContactCap cap, ushort number, in ContactState memory, long nowMs, BankCalendar calendar, CategoryGroups groups)
    {
        if (!cap.Window.IsPossible)
        {
            return new(cap, number, cap.Limit, long.MaxValue);
        }

        var (since, selection) = (cap.Window.Since(nowMs, calendar), cap.Selects(number, groups));
        var ends = memory.History.TimesSince(selection, since)
            .Select(atMs => cap.Window.GetEnd(atMs, calendar))
            .ToList();
        foreach (ref readonly var held in memory.Reservations.All)
        {
            if (held.ExpiresAtMs > nowMs && selection.Has(held.Scopes, held.Moment, held.Purpose))
            {
                ends.Add(held.ExpiresAtMs);
            }
        }

        ends.Sort();
        var free = ends.Count < cap.Limit ? 0 : ends[ends.Count - cap.Limit];
        var forgotten = memory.History.ForgottenUpTo(selection);
        return forgotten == long.MinValue || forgotten < since
            ? new(cap, number, ends.Count, free)
            : new(cap, number, Math.Max(ends.Count, cap.Limit), Math.Max(free, cap.Window.GetEnd(forgotten, calendar)));
    }
}
