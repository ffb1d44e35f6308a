using System.Runtime.CompilerServices;

namespace Zhice.Domain.Contacts;

/// <summary>A cap at an instant: what is known of its use, and what was counted for one contact and holds for the next.</summary>
public struct CapMoment
{
    private const int Differs = -1;
    private const int Remembered = 8;

    private readonly NumberSet _met;
    private Counts _counts;

    // From when on contacts count.
    internal readonly long SinceMs;

    // How many slots are taken, at most the limit and what is held; below 0 when it hangs on the contact.
    internal readonly int Used;

    internal CapMoment(long sinceMs, int used) => (SinceMs, Used) = (sinceMs, used);

    internal CapMoment(long sinceMs, NumberSet met)
        : this(sinceMs, Differs) => _met = met;

    // A cap whose window is none refuses.
    internal static CapMoment AlwaysReached => new(long.MinValue, int.MaxValue);

    /// <summary>How many slots are taken of a number, if that is known.</summary>
    internal readonly bool Knows(ushort number, out int used)
    {
        ref readonly var count = ref _counts[number % Remembered];
        var isKept = count.Key == number + 1;
        used = isKept ? count.Used : 0;
        return isKept || !_met.MayHave(number);
    }

    /// <summary>Keeps how many slots are taken of a number.</summary>
    internal void Keep(ushort number, int used) => _counts[number % Remembered] = new(number + 1, used);

    // The key is the number and 1; 0: nothing is kept.
    private readonly record struct Count(int Key, int Used);

    [InlineArray(Remembered)]
    private struct Counts
    {
        private Count _first;
    }
}

/// <summary>
/// Which numbers of a scope a customer's contacts may have: some that are not there may seem to be, none that is there is missed.
/// </summary>
internal readonly record struct NumberSet(ulong Bits)
{
    public bool MayHave(ushort number) => (Bits >> (number & 63) & 1) != 0;

    // A contact of a category is one of the category above too.
    public NumberSet With(CapScope kind, ushort number, CategoryGroups groups) =>
        new(Bits | Bit(number) | (kind == CapScope.Category ? Bit(groups.GetTop(number)) : 0));

    private static ulong Bit(ushort number) => 1UL << (number & 63);
}
