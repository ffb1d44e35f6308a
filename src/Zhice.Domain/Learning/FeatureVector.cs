using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Learning;

/// <summary>
/// What a model sees of a customer at a moment: the numbers of the hashed features that hold, one for each tag with
/// its value or bin, one for the placement, and one that always holds; and what the catalogue asks for beside these, for
/// finer bins and for two tags at once.
/// </summary>
public static class FeatureVector
{
    /// <summary>How many features a model tells apart; hashes fall into so many slots.</summary>
    public const int Slots = FeatureSlots.Count;

    /// <summary>The most features of one customer; tags beyond are left out.</summary>
    public const int MaxLength = 256;

    /// <summary>The most tags that models see of one customer: one feature always holds, and one is the placement's.</summary>
    public const int MaxTags = MaxLength - 2;

    private const ulong FineSeed = 0xC2B2_AE3D_27D4_EB4F;

    // Of the numbers that most tags have: to look up a bin is quicker than a logarithm.
    private static readonly byte[] SmallBins = [.. Enumerable.Range(0, 4096).Select(static number => (byte)(4 * Math.Log2(1 + number)))];

    /// <summary>Writes the features and gives their number.</summary>
    public static int Fill(in CustomerView customer, Placement placement, Span<uint> features) =>
        Fill(customer, placement, features, []);

    /// <summary>Writes the features and, where there is room, the number of each one's tag; gives their number.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="placement">Where something is to be said.</param>
    /// <param name="features">The features, at most as many as fit.</param>
    /// <param name="sources">Of each feature the tag, 0 for the placement and what always holds; empty, or as long.</param>
    public static int Fill(in CustomerView customer, Placement placement, Span<uint> features, Span<ushort> sources)
    {
        var catalog = customer.Catalog;
        var length = 0;
        sources[..Math.Min(2, sources.Length)].Clear();
        features[length++] = 0;
        features[length++] = FeatureSlots.GetSlot(placement.FeatureSeed, 0);

        // What is said now and what happened recently go first: where there is no room for all, what is old is left out.
        foreach (var fact in customer.Context)
        {
            if (length < features.Length && catalog.Tag(fact.Tag) is { IsHiddenFromModels: false } tag)
            {
                SetSource(sources, length, tag);
                features[length++] = FeatureSlots.GetSlot(tag.FeatureSeed, GetBin(tag, fact.Value.Bits, fact.Value.Text, customer.NowMs));
            }
        }

        // A live tag of 0 says that nothing happened: no feature.
        foreach (var tag in catalog.LiveTags)
        {
            if (length < features.Length && !tag.IsHiddenFromModels && !customer.IsInContext(tag)
                && tag.Type != TagType.String && customer.TryGet(tag, out var bits) && bits != 0)
            {
                SetSource(sources, length, tag);
                features[length++] = FeatureSlots.GetSlot(tag.FeatureSeed, GetBin(tag, bits, null, customer.NowMs));
            }
        }

        foreach (var entry in customer.Profile.Tags)
        {
            if (length < features.Length
                && catalog.Tag(entry.Tag) is { IsHiddenFromModels: false, Live: null } tag
                && tag.GetEnd(entry.WrittenAtMs, entry.ExpiresAtMs) > customer.NowMs
                && !customer.IsInContext(tag))
            {
                SetSource(sources, length, tag);
                features[length++] = FeatureSlots.GetSlot(tag.FeatureSeed, GetBin(tag, entry.Bits, entry.Text, customer.NowMs));
            }
        }

        return catalog.RefinedTags.IsEmpty ? length : Refine(customer, features, sources, length);
    }

    /// <summary>The seed of a name's features.</summary>
    public static ulong GetSeed(string name) => System.IO.Hashing.XxHash3.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(name));

    // Finer bins and crossings come last: where there is no room for all, no tag is left out for them.
    private static int Refine(in CustomerView customer, Span<uint> features, Span<ushort> sources, int length)
    {
        foreach (var tag in customer.Catalog.RefinedTags)
        {
            if (!TryGetBin(customer, tag, isFine: true, out var bin))
            {
                continue;
            }

            if (tag.FineBinWidth > 0 && length < features.Length)
            {
                SetSource(sources, length, tag);
                features[length++] = FeatureSlots.GetSlot(Mixed(tag.FeatureSeed, FineSeed), bin);
            }

            foreach (var number in tag.CrossedWith)
            {
                if (length < features.Length && customer.Catalog.Tag(number) is { IsHiddenFromModels: false } other
                    && TryGetBin(customer, other, isFine: false, out var otherBin))
                {
                    SetSource(sources, length, tag);
                    features[length++] = FeatureSlots.GetSlot(Mixed(tag.FeatureSeed, Mixed(other.FeatureSeed, (ulong)otherBin)), bin);
                }
            }
        }

        return length;
    }

    // False where the tag itself gives no feature.
    private static bool TryGetBin(in CustomerView customer, TagDefinition tag, bool isFine, out long bin)
    {
        var (bits, text) = (0L, (string?)null);
        var isThere = tag.Type == TagType.String
            ? (tag.Live is null || customer.IsInContext(tag)) && customer.TryGetText(tag, out text)
            : customer.TryGet(tag, out bits) && (bits != 0 || tag.Live is null || customer.IsInContext(tag));
        bin = !isThere ? 0
            : isFine && tag.FineBinWidth > 0 ? FloorDivide(bits, tag.FineBinWidth)
            : GetBin(tag, bits, text, customer.NowMs);
        return isThere;
    }

    private static ulong Mixed(ulong seed, ulong other) =>
        (seed * 0x9E37_79B9_7F4A_7C15) + System.Numerics.BitOperations.RotateLeft(other, 32);

    private static void SetSource(Span<ushort> sources, int index, TagDefinition tag)
    {
        if (index < sources.Length)
        {
            sources[index] = tag.Number;
        }
    }

    private static long GetBin(TagDefinition tag, long bits, string? text, long nowMs) => tag.Type switch
    {
        TagType.Bool or TagType.Enum => bits,
        TagType.String => (long)System.IO.Hashing.XxHash3.HashToUInt64(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan())),
        TagType.Time => GrowingBin((nowMs - bits) / 3_600_000),
        _ when tag.BinWidth > 0 => FloorDivide(bits, tag.BinWidth),
        TagType.Decimal => GrowingBin(bits / 10_000),
        _ => GrowingBin(bits),
    };

    // Exact near zero, a quarter of an octave wide further out.
    private static long GrowingBin(long number) =>
        (ulong)number < (ulong)SmallBins.Length
            ? SmallBins[number]
            : Math.Sign(number) * (long)(4 * Math.Log2(1 + Math.Abs((double)number)));

    private static long FloorDivide(long number, long width) =>
        (number / width) - (number % width < 0 ? 1 : 0);
}
