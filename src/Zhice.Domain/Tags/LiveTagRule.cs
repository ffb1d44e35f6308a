namespace Zhice.Domain.Tags;

/// <summary>What a live tag computes. The numbers are stored, and those of the public contract.</summary>
public enum LiveFunction : byte
{
    /// <summary>How many events.</summary>
    Count = 1,

    /// <summary>The sum of a property.</summary>
    Sum = 2,

    /// <summary>The property of the latest event.</summary>
    Last = 3,

    /// <summary>On how many days of the bank there was one.</summary>
    DistinctDays = 4,
}

/// <summary>How a live tag is computed.</summary>
/// <param name="Tag">The tag's number.</param>
/// <param name="Type">The tag's type.</param>
/// <param name="Function">What is computed.</param>
/// <param name="WindowMs">How far it looks back, milliseconds, 1 minute to 90 days.</param>
/// <param name="Property">The event's property; null for the event itself.</param>
public sealed record LiveTagRule(ushort Tag, TagType Type, LiveFunction Function, long WindowMs, string? Property)
{
    private const long DayMs = 86_400_000;

    /// <summary>
    /// From when on what customers keep reaches back over the window, unix milliseconds: before, after the window became longer, the
    /// value is not known.
    /// </summary>
    public long KnownFromMs { get; init; } = long.MinValue;

    /// <summary>Whether what is not there at an instant is missing: else it may have been forgotten.</summary>
    public bool IsKnownAt(long nowMs) => nowMs >= KnownFromMs;

    /// <summary>Counts and sums are kept in slots of this many milliseconds.</summary>
    public long SlotMs { get; } = Math.Max(1000, WindowMs / 60);

    /// <summary>The window in days, for distinct days.</summary>
    public int WindowDays { get; } = (int)Math.Clamp((WindowMs + DayMs - 1) / DayMs, 1, 90);
}
