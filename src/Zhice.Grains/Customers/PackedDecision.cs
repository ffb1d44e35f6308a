using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Customers;

/// <summary>
/// A decision as bytes, in memory only. A verdict of an action that was refused takes some 7 of them, of one that was outranked some 17, and
/// not 40: what is as it is by itself is left out, and of actions that were not offered propensity and score have the 7 digits of a float.
/// </summary>
internal static class PackedDecision
{
    // Arrays of few lengths: the next decision mostly fits.
    private const int Step = 64;

    private static readonly int FixedBytes = Unsafe.SizeOf<VerdictHead>();

    /// <summary>Writes a decision over another one, or into a new array when that is too short.</summary>
    public static void Write(in LentDecision decision, [NotNull] ref byte[]? bytes)
    {
        var head = new Head(
            decision.Id, decision.CatalogVersion, decision.StateVersion, decision.Verdicts.Length, decision.OfferedCount, decision.Features.Length,
            (byte)decision.Arms.Length, decision.IsPersonalized);
        var length = Unsafe.SizeOf<Head>() + decision.Arms.Length + (decision.Features.Length * sizeof(uint));
        for (var i = 0; i < decision.Verdicts.Length; i++)
        {
            length += Measure(FieldsOf(decision.Verdicts[i], isExact: i < decision.OfferedCount));
        }

        if (bytes is null || bytes.Length < length)
        {
            bytes = new byte[(length + Step - 1) / Step * Step];
        }

        var rest = bytes.AsSpan();
        Next(ref rest, Unsafe.SizeOf<Head>(), head);
        decision.Arms.CopyTo(rest);
        rest = rest[decision.Arms.Length..];
        MemoryMarshal.AsBytes(decision.Features).CopyTo(rest);
        rest = rest[(decision.Features.Length * sizeof(uint))..];
        for (var i = 0; i < decision.Verdicts.Length; i++)
        {
            Write(ref rest, decision.Verdicts[i], isExact: i < decision.OfferedCount);
        }
    }

    /// <summary>The id of a decision.</summary>
    public static DecisionId ReadId(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<Head>(bytes).Id;

    /// <summary>Reads a decision.</summary>
    public static Decision Read(ReadOnlySpan<byte> bytes, string customerId)
    {
        var head = Next<Head>(ref bytes, Unsafe.SizeOf<Head>());
        var arms = ImmutableArray.Create(bytes[..head.Arms]);
        bytes = bytes[head.Arms..];
        var features = ImmutableArray.Create(MemoryMarshal.Cast<byte, uint>(bytes[..(head.Features * sizeof(uint))]));
        bytes = bytes[(head.Features * sizeof(uint))..];
        var verdicts = new Verdict[head.Verdicts];
        foreach (ref var verdict in verdicts.AsSpan())
        {
            verdict = ReadVerdict(ref bytes);
        }

        return new()
        {
            Id = head.Id,
            CustomerId = customerId,
            CatalogVersion = head.CatalogVersion,
            StateVersion = head.StateVersion,
            IsPersonalized = head.IsPersonalized,
            OfferedCount = head.Offered,
            Verdicts = ImmutableCollectionsMarshal.AsImmutableArray(verdicts),
            Features = features,
            Arms = arms,
        };
    }

    private static Fields FieldsOf(in Verdict verdict, bool isExact) =>
        (verdict.AccessSource == -1 ? 0 : Fields.Source)
        | (verdict.Propensity == 0 ? 0 : Fields.Propensity)
        | (verdict.Score == 0 ? 0 : Fields.Score)
        | (verdict.ModelVersion == 0 ? 0 : Fields.ModelVersion)
        | (verdict.ContextWeight == 1 ? 0 : Fields.ContextWeight)
        | (verdict.Exploration == 1 ? 0 : Fields.Exploration)
        | (isExact ? Fields.Exact : 0);

    private static int Measure(Fields fields)
    {
        var real = fields.HasFlag(Fields.Exact) ? sizeof(double) : sizeof(float);
        return FixedBytes
            + (fields.HasFlag(Fields.Source) ? sizeof(short) : 0)
            + (fields.HasFlag(Fields.Propensity) ? real : 0)
            + (fields.HasFlag(Fields.Score) ? real : 0)
            + (fields.HasFlag(Fields.ModelVersion) ? sizeof(uint) : 0)
            + (fields.HasFlag(Fields.ContextWeight) ? sizeof(double) : 0)
            + (fields.HasFlag(Fields.Exploration) ? sizeof(float) : 0);
    }

    private static void Write(ref Span<byte> rest, in Verdict verdict, bool isExact)
    {
        var fields = FieldsOf(verdict, isExact);
        Next(ref rest, FixedBytes, new VerdictHead(verdict.Action, verdict.Reason, verdict.Treatment, fields));
        if (fields.HasFlag(Fields.Source))
        {
            Next(ref rest, sizeof(short), verdict.AccessSource);
        }

        if (fields.HasFlag(Fields.Propensity))
        {
            NextReal(ref rest, verdict.Propensity, isExact);
        }

        if (fields.HasFlag(Fields.Score))
        {
            NextReal(ref rest, verdict.Score, isExact);
        }

        if (fields.HasFlag(Fields.ModelVersion))
        {
            Next(ref rest, sizeof(uint), verdict.ModelVersion);
        }

        if (fields.HasFlag(Fields.ContextWeight))
        {
            Next(ref rest, sizeof(double), verdict.ContextWeight);
        }

        if (fields.HasFlag(Fields.Exploration))
        {
            Next(ref rest, sizeof(float), verdict.Exploration);
        }
    }

    private static Verdict ReadVerdict(ref ReadOnlySpan<byte> bytes)
    {
        var head = Next<VerdictHead>(ref bytes, FixedBytes);
        var (fields, isExact) = (head.Fields, head.Fields.HasFlag(Fields.Exact));
        var source = fields.HasFlag(Fields.Source) ? Next<short>(ref bytes, sizeof(short)) : (short)-1;
        var propensity = fields.HasFlag(Fields.Propensity) ? NextReal(ref bytes, isExact) : 0;
        var score = fields.HasFlag(Fields.Score) ? NextReal(ref bytes, isExact) : 0;
        var model = fields.HasFlag(Fields.ModelVersion) ? Next<uint>(ref bytes, sizeof(uint)) : 0;
        var weight = fields.HasFlag(Fields.ContextWeight) ? Next<double>(ref bytes, sizeof(double)) : 1;
        var exploration = fields.HasFlag(Fields.Exploration) ? Next<float>(ref bytes, sizeof(float)) : 1;
        return new(head.Action, head.Reason, source, propensity, score, model, weight, head.Treatment, exploration);
    }

    private static void NextReal(ref Span<byte> rest, double value, bool isExact)
    {
        if (isExact)
        {
            Next(ref rest, sizeof(double), value);
        }
        else
        {
            Next(ref rest, sizeof(float), (float)value);
        }
    }

    private static double NextReal(ref ReadOnlySpan<byte> rest, bool isExact) =>
        isExact ? Next<double>(ref rest, sizeof(double)) : Next<float>(ref rest, sizeof(float));

    private static void Next<T>(ref Span<byte> rest, int length, in T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(rest, value);
        rest = rest[length..];
    }

    private static T Next<T>(ref ReadOnlySpan<byte> rest, int length)
        where T : unmanaged
    {
        var value = MemoryMarshal.Read<T>(rest);
        rest = rest[length..];
        return value;
    }

    private readonly record struct Head(
        DecisionId Id, long CatalogVersion, long StateVersion, int Verdicts, int Offered, int Features, byte Arms, bool IsPersonalized);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly record struct VerdictHead(ushort Action, ReasonCode Reason, byte Treatment, Fields Fields);

    // Which fields follow.
    [Flags]
    private enum Fields : byte
    {
        Source = 1,
        Propensity = 2,
        Score = 4,
        ModelVersion = 8,
        ContextWeight = 16,
        Exploration = 32,
        Exact = 64,
    }
}
