using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Zhice.Domain.Tags;

/// <summary>A tag as the catalogue defines it.</summary>
public sealed record TagDefinition
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its number in customers' states.</summary>
    public required ushort Number { get; init; }

    /// <summary>The type of its values.</summary>
    public required TagType Type { get; init; }

    /// <summary>For an enum: the number of each value.</summary>
    public FrozenDictionary<string, ushort> EnumNumbers { get; init; } = FrozenDictionary<string, ushort>.Empty;

    /// <summary>For an enum: the value of each number, also of values that this version no longer has.</summary>
    public FrozenDictionary<ushort, string> EnumNames { get; init; } = FrozenDictionary<ushort, string>.Empty;

    /// <summary>True: shown masked, and never logged.</summary>
    public bool IsSensitive { get; init; }

    /// <summary>How its values are protected.</summary>
    public TagProtection Protection { get; init; } = TagProtection.Default;

    /// <summary>From when on a value is not read any more, unix milliseconds; <see cref="long.MaxValue"/>: never.</summary>
    /// <param name="writtenAtMs">When it was written, unix milliseconds.</param>
    /// <param name="expiresAtMs">Until when it holds as it was written, unix milliseconds; 0: without end.</param>
    public long GetEnd(long writtenAtMs, long expiresAtMs) => Math.Min(
        expiresAtMs == 0 ? long.MaxValue : expiresAtMs,
        Protection.RetentionMs == 0 ? long.MaxValue : writtenAtMs + Protection.RetentionMs);

    /// <summary>How it is computed from events; null for a written tag.</summary>
    public LiveTagRule? Live { get; init; }

    /// <summary>For a live tag: the number of the kind of event that it is computed from.</summary>
    public ushort FedBy { get; init; }

    /// <summary>Why no model reads it; null: models do.</summary>
    public UnreadReason? Unread { get; init; }

    /// <summary>Whether no model reads it.</summary>
    public bool IsHiddenFromModels => Unread is not null;

    /// <summary>Width of a model's bins, in the tag's own bits (decimals: × 10,000); 0: bins that grow.</summary>
    public long BinWidth { get; init; }

    /// <summary>Width of the finer bins beside those, for a feature of its own; 0: none.</summary>
    public long FineBinWidth { get; init; }

    /// <summary>The numbers of the tags that it is crossed with: one more feature for each, of both values.</summary>
    public ImmutableArray<ushort> CrossedWith { get; init; } = [];

    /// <summary>Whether it gives more than one feature.</summary>
    public bool IsRefined => !IsHiddenFromModels && (FineBinWidth > 0 || !CrossedWith.IsEmpty);

    /// <summary>How long a written value holds, in milliseconds; 0: for good.</summary>
    public long TimeToLiveMs { get; init; }

    /// <summary>Where the hashes of the tag's model features start.</summary>
    public required ulong FeatureSeed { get; init; }
}

/// <summary>Why no model reads a tag.</summary>
public enum UnreadReason : byte
{
    /// <summary>The catalogue excludes it.</summary>
    Excluded = 1,

    /// <summary>It is sensitive, and the catalogue does not include it.</summary>
    Sensitive = 2,

    /// <summary>It is a string, and the catalogue does not include it.</summary>
    String = 3,

    /// <summary>It is a string that is computed from events: what is kept of it is not its text.</summary>
    LiveString = 4,
}
