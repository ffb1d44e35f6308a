using System.Collections.Immutable;
using Zhice.Domain.Experiments;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Decisions;

/// <summary>Writes a decision as bytes for the decision log and for answers that must be given again.</summary>
public static class DecisionCodec
{
    private const byte Oldest = 1;
    private const byte Unexplored = 2;
    private const byte Format = 3;

    /// <summary>The bytes of a decision; with <paramref name="onlyOffered"/>, of what was offered alone.</summary>
    public static byte[] ToBytes(Decision decision, bool onlyOffered = false) => onlyOffered
        ? Bytes.Write(decision, static (writer, decision) => Write(writer, decision, decision.Offered))
        : Bytes.Write(decision, static (writer, decision) => Write(writer, decision, decision.Verdicts.AsSpan()));

    /// <summary>Reads a decision back.</summary>
    /// <exception cref="FormatException">They are not a decision's bytes.</exception>
    public static Decision FromBytes(byte[] bytes) => Bytes.Read(bytes, Oldest, Format, "a decision", static (reader, format) =>
    {
        var id = new DecisionId(reader.ReadUInt64(), reader.ReadUInt64());
        var customerId = reader.ReadString();
        var catalogVersion = reader.ReadLong();
        var stateVersion = reader.ReadLong();
        var isPersonalized = format == Oldest || reader.ReadBoolean();
        var arms = format == Oldest ? [] : reader.ReadBytes(reader.Count(Assignment.MaxExperiments));
        var offered = reader.ReadCount();
        var verdicts = new Verdict[reader.Count(ushort.MaxValue)];
        foreach (ref var verdict in verdicts.AsSpan())
        {
            var action = reader.ReadUInt16();
            var reason = (ReasonCode)reader.ReadByte();
            var source = (short)(reader.ReadCount() - 1);
            var isScored = format == Oldest ? reason is ReasonCode.Offered or ReasonCode.LowerPriority : reader.ReadBoolean();
            verdict = isScored
                ? Open(new(action, reason, source, reader.ReadDouble(), reader.ReadDouble(), (uint)reader.ReadLong()), reader, format)
                : new(action, reason, source, 0, 0, 0);
        }

        return new Decision
        {
            Id = id,
            CustomerId = customerId,
            CatalogVersion = catalogVersion,
            StateVersion = stateVersion,
            IsPersonalized = isPersonalized,
            Arms = ImmutableArray.Create(arms),
            OfferedCount = Math.Clamp(offered, 0, verdicts.Length),
            Verdicts = ImmutableArray.Create(verdicts),
        };
    });

    private static Verdict Open(Verdict verdict, ByteReader reader, byte format) => format == Oldest
        ? verdict
        : verdict with
        {
            ContextWeight = reader.ReadDouble(),
            Treatment = reader.ReadByte(),
            Exploration = format == Unexplored ? 1 : reader.ReadSingle(),
        };

    private static void Write(ByteWriter writer, Decision decision, ReadOnlySpan<Verdict> verdicts)
    {
        writer.Write(Format);
        writer.Write(decision.Id.High);
        writer.Write(decision.Id.Low);
        writer.Write(decision.CustomerId);
        writer.WriteLong(decision.CatalogVersion);
        writer.WriteLong(decision.StateVersion);
        writer.Write(decision.IsPersonalized);
        writer.WriteCount(decision.Arms.Length);
        writer.Write(decision.Arms.AsSpan());
        writer.WriteCount(decision.OfferedCount);
        writer.WriteCount(verdicts.Length);
        foreach (ref readonly var verdict in verdicts)
        {
            writer.Write(verdict.Action);
            writer.Write((byte)verdict.Reason);
            writer.WriteCount(verdict.AccessSource + 1);
            writer.Write(verdict.IsScored);
            if (verdict.IsScored)
            {
                writer.Write(verdict.Propensity);
                writer.Write(verdict.Score);
                writer.WriteLong(verdict.ModelVersion);
                writer.Write(verdict.ContextWeight);
                writer.Write(verdict.Treatment);
                writer.Write(verdict.Exploration);
            }
        }
    }
}
