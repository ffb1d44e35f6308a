using System.Collections.Immutable;

namespace Zhice.Domain.Contacts;

/// <summary>How far a cap is used up.</summary>
/// <param name="Cap">The cap.</param>
/// <param name="ScopeNumber">The channel, category or action; 0 for all contacts.</param>
/// <param name="Used">How many contacts there were in the window.</param>
/// <param name="NextFreeMs">When the next one becomes free, unix milliseconds; 0 while some are left.</param>
public readonly record struct CapUse(ContactCap Cap, ushort ScopeNumber, int Used, long NextFreeMs)
{
    /// <summary>How many contacts are left.</summary>
    public int Remaining => Math.Max(0, Cap.Limit - Used);
}

/// <summary>How often a customer may be contacted.</summary>
public sealed class ContactPolicy(ImmutableArray<ContactCap> caps, BankCalendar calendar)
{
    /// <summary>The first cap that leaves no room for one more contact; null when it may be made.</summary>
    /// <param name="history">The contacts that were made.</param>
    /// <param name="scopes">What the contact belongs to.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="pending">Contacts that are about to be made now and count as well.</param>
    /// <remarks>Hot path: for each cap a look at one instant; allocates nothing.</remarks>
    public ContactCap? FirstReached(
        ContactHistory history, in ContactScopes scopes, long nowMs, ReadOnlySpan<ContactScopes> pending = default)
    {
        foreach (var cap in caps)
        {
            var number = scopes.In(cap.Scope);
            if (cap.ScopeNumber != 0 && cap.ScopeNumber != number)
            {
                continue;
            }

            var left = cap.Limit;
            foreach (ref readonly var other in pending)
            {
                left -= other.In(cap.Scope) == number ? 1 : 0;
            }

            if (left <= 0 || history.NthLatest(cap.Scope, number, left) >= cap.Window.Since(nowMs, calendar))
            {
                return cap;
            }
        }

        return null;
    }

    /// <summary>The use of every cap: of all contacts, of what a cap names, and of where the customer was contacted.</summary>
    public IEnumerable<CapUse> Uses(ContactHistory history, long nowMs)
    {
        foreach (var cap in caps)
        {
            var isOne = cap.Scope == CapScope.All || cap.ScopeNumber != 0;
            IEnumerable<ushort> numbers = isOne
                ? [cap.ScopeNumber]
                : history.Scopes.Where(scope => scope.Scope == cap.Scope).Select(scope => scope.Number).Order();
            foreach (var number in numbers)
            {
                var used = history.CountSince(cap.Scope, number, cap.Window.Since(nowMs, calendar));
                var nextFree = used < cap.Limit
                    ? 0
                    : cap.Window.EndOf(history.NthLatest(cap.Scope, number, cap.Limit), calendar);
                yield return new CapUse(cap, number, used, nextFree);
            }
        }
    }
}
