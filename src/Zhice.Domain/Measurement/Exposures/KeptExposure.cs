using Zhice.Domain.Primitives;

namespace Zhice.Domain.Measurement.Exposures;

/// <summary>The first decision that an experiment or a holdout of the catalogue had a part in, as it is kept for the outcomes to come.</summary>
/// <param name="Experiment">The key of the experiment or holdout.</param>
/// <param name="Number">Names the exposure among those of all customers.</param>
/// <param name="AtMs">Since when outcomes count, unix milliseconds.</param>
/// <param name="GroupId">The group of its facts.</param>
public readonly record struct KeptExposure(long Experiment, long Number, long AtMs, long GroupId) : IStoredItem<KeptExposure>
{
    /// <summary>A bit for each outcome that followed, by its number less 1.</summary>
    public ulong Followed { get; init; }

    /// <summary>The name of the exposure in facts.</summary>
    public string Key => $"x{Number:x16}";

    /// <summary>Whether an outcome has followed.</summary>
    /// <param name="outcome">The number of the outcome, 1 to 64.</param>
    public bool IsFollowedBy(ushort outcome) => (Followed & Bit(outcome)) != 0;

    /// <summary>The exposure after an outcome has followed.</summary>
    /// <param name="outcome">The number of the outcome, 1 to 64.</param>
    public KeptExposure With(ushort outcome) => this with { Followed = Followed | Bit(outcome) };

    void IStoredItem<KeptExposure>.Write(ByteWriter writer)
    {
        writer.Write(Experiment);
        writer.Write(Number);
        writer.WriteSigned(AtMs);
        writer.Write(GroupId);
        writer.WriteLong(unchecked((long)Followed));
    }

    static KeptExposure IStoredItem<KeptExposure>.Read(ByteReader reader) =>
        new(reader.ReadInt64(), reader.ReadInt64(), reader.ReadSigned(), reader.ReadInt64())
        {
            Followed = unchecked((ulong)reader.ReadLong()),
        };

    private static ulong Bit(ushort outcome) => 1UL << (outcome - 1);
}
