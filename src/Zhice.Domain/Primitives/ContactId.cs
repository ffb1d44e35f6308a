using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Orleans;

namespace Zhice.Domain.Primitives;

/// <summary>Names a contact: one action of one decision. As text "c", the decision's digits, and 4 of the action.</summary>
[GenerateSerializer, Immutable, Alias("zhice.contact-id")]
public readonly record struct ContactId([property: Id(0)] DecisionId Decision, [property: Id(1)] ushort Action)
{
    /// <summary>Reads an id's text.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ContactId id)
    {
        id = default;
        Span<byte> action = stackalloc byte[sizeof(ushort)];
        if (text is not { Length: DecisionId.TextLength + 4 } || text[0] != 'c'
            || !DecisionId.TryParse(string.Concat("d", text.AsSpan(1, DecisionId.TextLength - 1)), out var decision)
            || Convert.FromHexString(text.AsSpan(DecisionId.TextLength), action, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        id = new(decision, BinaryPrimitives.ReadUInt16BigEndian(action));
        return true;
    }

    /// <summary>A text that is above those of all contacts decided before an instant, and not above those decided later.</summary>
    /// <param name="atMs">The instant, unix milliseconds; one beyond what an id can hold is above all.</param>
    public static string FirstDecidedAt(long atMs) => atMs >= 1L << 48 ? "d" : $"c{(ulong)Math.Max(atMs, 0) << 16:x16}";

    /// <inheritdoc/>
    public override string ToString() => $"c{Decision.High:x16}{Decision.Low:x16}{Action:x4}";
}
