using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Customers;

/// <summary>A decision as bytes, in memory only: a verdict of an action that was refused takes 7 of them, and not 40.</summary>
internal static class PackedDecision
{
    // Arrays of few lengths: the next decision mostly fits.
    private const int Step = 64;

    private static readonly int RefusedBytes = Unsafe.SizeOf<Refused>();
    private static readonly int VerdictBytes = Unsafe.SizeOf<Verdict>();

    /// <summary>Writes a decision over another one, or into a new array when that is too short.</summary>
    public static void Write(in LentDecision decision, [NotNull] ref byte[]? bytes)
    {
        var refused = 0;
        foreach (ref readonly var verdict in decision.Verdicts)
        {
            refused += IsRefused(verdict) ? 1 : 0;
        }

        var head = new Head(
            decision.CatalogVersion, decision.StateVersion, decision.Verdicts.Length, decision.OfferedCount, decision.Features.Length,
            (byte)decision.Arms.Length, decision.IsPersonalized);
        var length = Unsafe.SizeOf<Head>() + decision.Arms.Length + (decision.Features.Length * sizeof(uint)) + decision.Verdicts.Length
            + (refused * RefusedBytes) + ((decision.Verdicts.Length - refused) * VerdictBytes);
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
        foreach (ref readonly var verdict in decision.Verdicts)
        {
            var isRefused = IsRefused(verdict);
            rest[0] = isRefused ? (byte)1 : (byte)0;
            rest = rest[1..];
            if (isRefused)
            {
                Next(ref rest, RefusedBytes, new Refused(verdict.Action, verdict.AccessSource, verdict.Reason, verdict.Treatment));
            }
            else
            {
                Next(ref rest, VerdictBytes, verdict);
            }
        }
    }

    /// <summary>Reads a decision.</summary>
    public static Decision Read(ReadOnlySpan<byte> bytes, DecisionId id, string customerId)
    {
        var head = Next<Head>(ref bytes, Unsafe.SizeOf<Head>());
        var arms = ImmutableArray.Create(bytes[..head.Arms]);
        bytes = bytes[head.Arms..];
        var features = ImmutableArray.Create(MemoryMarshal.Cast<byte, uint>(bytes[..(head.Features * sizeof(uint))]));
        bytes = bytes[(head.Features * sizeof(uint))..];
        var verdicts = new Verdict[head.Verdicts];
        foreach (ref var verdict in verdicts.AsSpan())
        {
            var isRefused = bytes[0] == 1;
            bytes = bytes[1..];
            verdict = isRefused
                ? Next<Refused>(ref bytes, RefusedBytes).ToVerdict()
                : Next<Verdict>(ref bytes, VerdictBytes);
        }

        return new()
        {
            Id = id,
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

    // All that was not asked for is as a verdict has it by itself.
    private static bool IsRefused(in Verdict verdict) =>
        verdict is { Propensity: 0, Score: 0, ModelVersion: 0, ContextWeight: 1, Exploration: 1 };

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
        long CatalogVersion, long StateVersion, int Verdicts, int Offered, int Features, byte Arms, bool IsPersonalized);

    private readonly record struct Refused(ushort Action, short Source, ReasonCode Reason, byte Treatment)
    {
        public Verdict ToVerdict() => new(Action, Reason, Source, 0, 0, 0, Treatment: Treatment);
    }
}
