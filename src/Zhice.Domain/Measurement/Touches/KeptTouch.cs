using Zhice.Domain.Primitives;

namespace Zhice.Domain.Measurement.Touches;

/// <summary>A moment at which a customer was reached, or was held out instead, as it is kept for the outcomes to come.</summary>
/// <param name="Id">The contact; of a customer who was held out, the one that was not made.</param>
/// <param name="AtMs">Since when outcomes count, unix milliseconds.</param>
/// <param name="GroupId">The group of its facts.</param>
/// <param name="IsHeldOut">Whether the customer was held out.</param>
public readonly record struct KeptTouch(ContactId Id, long AtMs, long GroupId, bool IsHeldOut = false) : IStoredItem<KeptTouch>
{
    private const byte HeldOut = 1;
    private const byte Void = 2;

    /// <summary>
    /// Whether the contact became void: nobody got it, so no outcome is booked on it. What followed it still counts for the lift.
    /// </summary>
    public bool IsVoid { get; init; }

    /// <summary>A bit for each outcome that followed, by its number less 1.</summary>
    public ulong Followed { get; init; }

    /// <summary>Whether an outcome has followed.</summary>
    /// <param name="outcome">The number of the outcome, 1 to 64.</param>
    public bool IsFollowedBy(ushort outcome) => (Followed & Bit(outcome)) != 0;

    /// <summary>The touch after an outcome has followed.</summary>
    /// <param name="outcome">The number of the outcome, 1 to 64.</param>
    public KeptTouch With(ushort outcome) => this with { Followed = Followed | Bit(outcome) };

    void IStoredItem<KeptTouch>.Write(ByteWriter writer)
    {
        writer.Write(Id);
        writer.WriteSigned(unchecked(AtMs - Id.Decision.DecidedAtMs));
        writer.Write(GroupId);
        writer.Write((byte)((IsHeldOut ? HeldOut : 0) | (IsVoid ? Void : 0)));
        writer.WriteLong(unchecked((long)Followed));
    }

    static KeptTouch IStoredItem<KeptTouch>.Read(ByteReader reader)
    {
        var id = reader.ReadContactId();
        var atMs = unchecked(id.Decision.DecidedAtMs + reader.ReadSigned());
        var (groupId, flags) = (reader.ReadInt64(), reader.ReadByte());
        return new(
            id, atMs, groupId, (flags & HeldOut) != 0) { IsVoid = (flags & Void) != 0, Followed = unchecked((ulong)reader.ReadLong()) };
    }

    private static ulong Bit(ushort outcome) => 1UL << (outcome - 1);
}
