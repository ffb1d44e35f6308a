namespace Zhice.Domain.Learning;

/// <summary>
/// The numbers of features: what is hashed falls into one of so many slots. 2,000 tags of 8 bins each share a slot in 6 of
/// 100 cases.
/// </summary>
internal static class FeatureSlots
{
    /// <summary>How many slots there are.</summary>
    public const int Count = 1 << Bits;

    /// <summary>How many there were in models of the formats 1 and 2; their numbers begin at <see cref="Count"/>.</summary>
    public const int CoarseCount = 1 << CoarseBits;

    /// <summary>The slots of both kinds.</summary>
    public const int All = Count + CoarseCount;

    private const int Bits = 18;
    private const int CoarseBits = 13;

    /// <summary>The slot of a bin. Slot 0 is for the feature that always holds.</summary>
    /// <remarks>Fibonacci hashing after a mix.</remarks>
    public static uint GetSlot(ulong seed, long bin)
    {
        var hash = seed ^ ((ulong)bin * 0x9E37_79B9_7F4A_7C15);
        hash = (hash ^ (hash >> 32)) * 0xD6E8_FEB8_6659_FD93;
        return (uint)Math.Max(1, (hash ^ (hash >> 32)) * 0x9E37_79B9_7F4A_7C15 >> (64 - Bits));
    }

    /// <summary>The slot that an older model has for a slot: the hash is the same, and it told fewer of its bits apart.</summary>
    public static uint GetCoarse(uint slot) =>
        IsCoarse(slot) ? slot : slot == 0 ? Count : Count + Math.Max(1, slot >> (Bits - CoarseBits));

    /// <summary>Whether it is a slot of an older model.</summary>
    public static bool IsCoarse(uint slot) => slot >= Count;
}
