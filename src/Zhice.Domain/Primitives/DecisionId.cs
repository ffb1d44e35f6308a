using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Orleans;

namespace Zhice.Domain.Primitives;

/// <summary>
/// Names a decision, and says when, where and for whom it was made: so feedback on it is understood even when the
/// decision itself was a read that nobody stored.
/// </summary>
/// <remarks>
/// 128 bits: 48 of unix milliseconds, 16 of placement, 16 of the customer's hash, 48 of signature (see
/// <see cref="Decisions.DecisionKey"/>). As text "d" and 32 hex digits.
/// </remarks>
[GenerateSerializer, Immutable, Alias("zhice.decision-id")]
public readonly record struct DecisionId([property: Id(0)] ulong High, [property: Id(1)] ulong Low)
{
    /// <summary>How many characters its text has.</summary>
    public const int TextLength = 33;

    /// <summary>When it was made, unix milliseconds.</summary>
    public long DecidedAtMs => (long)(High >> 16);

    /// <summary>The number of the placement it was made for.</summary>
    public ushort Placement => (ushort)High;

    /// <summary>A fresh id that is not signed, with random bits in the signature's place: for decisions that nobody may answer.</summary>
    public static DecisionId Create(long nowMs, ushort placement, string customerId)
    {
        var bare = Bare(nowMs, placement, customerId);
        return bare with { Low = bare.Low | ((ulong)Random.Shared.NextInt64() & 0xFFFF_FFFF_FFFF) };
    }

    /// <summary>Reads an id's text.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DecisionId id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[16];
        if (text is not { Length: TextLength } || text[0] != 'd'
            || Convert.FromHexString(text.AsSpan(1), bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        id = new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return true;
    }

    /// <summary>Whether it was made for this customer (wrongly true for one in 65,536 others).</summary>
    public bool IsFor(string customerId) => (ushort)(Low >> 48) == HashCustomerId(customerId);

    /// <summary>The draw by which an action is explored in this decision: the same whenever it is made again.</summary>
    public double DrawFor(ushort action) => StandardNormal.Draw(Low ^ ((ulong)action << 48));

    /// <summary>A draw of the same kind, for an action and one of the rounds, from 1, in which the decision is drawn again.</summary>
    public double DrawFor(ushort action, int round) =>
        StandardNormal.Draw((Low ^ ((ulong)action << 48)) + ((ulong)round * 0xD1B5_4A32_D192_ED03));

    /// <inheritdoc/>
    public override string ToString() => $"d{High:x16}{Low:x16}";

    /// <summary>Writes its text as UTF-8.</summary>
    /// <param name="destination">At least <see cref="TextLength"/> bytes.</param>
    public void WriteText(Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        destination[0] = (byte)'d';
        Convert.TryToHexStringLower(bytes, destination.Slice(1, TextLength - 1), out _);
    }

    /// <summary>An id that says when, where and for whom, and nothing yet by which one knows it from others.</summary>
    internal static DecisionId Bare(long nowMs, ushort placement, string customerId) =>
        new(((ulong)nowMs << 16) | placement, (ulong)HashCustomerId(customerId) << 48);

    private static ushort HashCustomerId(string customerId) =>
        (ushort)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(customerId.AsSpan()));
}
