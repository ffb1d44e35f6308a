using System.Buffers.Binary;
using System.Collections.Frozen;
using Google.Protobuf;
using Zhice.Domain.Decisions;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Id = Zhice.Domain.Primitives.DecisionId;

namespace Zhice.Api.Recommendations;

/// <summary>
/// Writes replies by one catalogue as bytes, the same that the messages of <see cref="ResponseTemplate"/> have. What never changes in
/// them is encoded once.
/// </summary>
/// <remarks>Hot path: allocates nothing.</remarks>
internal sealed class EncodedResponse
{
    // The keys of fields, by the contract. A rank has one byte, as no reply has 128 recommendations.
    private const byte DecisionId = (1 << 3) | 2, Recommendations = (2 << 3) | 2;
    private const byte Rank = 3 << 3, Score = (4 << 3) | 1, Propensity = (5 << 3) | 1, ContextWeight = (10 << 3) | 1;
    private const byte Exploration = (11 << 3) | 5;
    private const int DecisionIdBytes = 2 + Id.TextLength;

    private readonly ResponseTemplate _template;
    private readonly byte[]?[] _fallbacks;
    private readonly byte[][][] _arms;

    public EncodedResponse(ResponseTemplate template)
    {
        _template = template;
        _fallbacks = new byte[]?[template.Placements];
        _arms =
        [
            .. template.Catalog.Experiments.Select(static experiment => experiment.Arms
                .Select(arm => Encode(new ArmRef { ExperimentId = experiment.Id, ArmId = arm.Id }))
                .ToArray()),
        ];
    }

    /// <summary>The catalogue.</summary>
    public Catalog Catalog => _template.Catalog;

    /// <summary>How many bytes a reply has.</summary>
    public int Measure(in LentDecision decision)
    {
        var (length, offers) = (DecisionIdBytes, FindOffers(decision));
        foreach (ref readonly var verdict in decision.Offered)
        {
            if (offers is not null && offers.TryGetValue(verdict.Action, out var offer))
            {
                var inner = Measure(verdict, offer.Treatments[verdict.Treatment]);
                length += 1 + CodedOutputStream.ComputeLengthSize(inner) + inner;
            }
        }

        length += offers is null ? GetFallback(decision.Id.Placement).Length : 0;
        for (var i = 0; i < Math.Min(decision.Arms.Length, _arms.Length); i++)
        {
            length += FindArm(i, decision.Arms[i]).Length;
        }

        return length;
    }

    /// <summary>Writes a reply.</summary>
    /// <param name="decision">The decision that it says.</param>
    /// <param name="destination">As many bytes as it measures.</param>
    public void Write(in LentDecision decision, Span<byte> destination)
    {
        (destination[0], destination[1]) = (DecisionId, Id.TextLength);
        decision.Id.WriteText(destination[2..]);
        destination = destination[DecisionIdBytes..];
        var offers = FindOffers(decision);
        for (var i = 0; offers is not null && i < decision.OfferedCount; i++)
        {
            ref readonly var verdict = ref decision.Verdicts[i];
            if (offers.TryGetValue(verdict.Action, out var offer))
            {
                Write(verdict, (byte)(i + 1), offer.Treatments[verdict.Treatment], ref destination);
            }
        }

        if (offers is null)
        {
            Append(GetFallback(decision.Id.Placement), ref destination);
        }

        for (var i = 0; i < Math.Min(decision.Arms.Length, _arms.Length); i++)
        {
            Append(FindArm(i, decision.Arms[i]), ref destination);
        }
    }

    // What proto3 has by itself is not written: 0.
    private static int Measure(in Verdict verdict, TreatmentTemplate treatment) =>
        treatment.Head.Length + treatment.Tail.Length + 2 + DoubleBytes(verdict.Score) + DoubleBytes(verdict.Propensity)
        + DoubleBytes(verdict.ContextWeight) + (verdict.Exploration == 0 ? 0 : 1 + sizeof(float));

    private static byte[] Encode(ArmRef arm) => new RecommendResponse { Arms = { arm } }.ToByteArray();

    private static int DoubleBytes(double value) => value == 0 ? 0 : 1 + sizeof(double);

    private static void Write(in Verdict verdict, byte rank, TreatmentTemplate treatment, ref Span<byte> destination)
    {
        destination[0] = Recommendations;
        destination = destination[1..];
        var length = (uint)Measure(verdict, treatment);
        for (; length >= 0x80; length >>= 7)
        {
            destination[0] = (byte)(length | 0x80);
            destination = destination[1..];
        }

        destination[0] = (byte)length;
        destination = destination[1..];
        Append(treatment.Head, ref destination);
        (destination[0], destination[1]) = (Rank, rank);
        destination = destination[2..];
        Append(Score, verdict.Score, ref destination);
        Append(Propensity, verdict.Propensity, ref destination);
        Append(treatment.Tail, ref destination);
        Append(ContextWeight, verdict.ContextWeight, ref destination);
        if (verdict.Exploration != 0)
        {
            destination[0] = Exploration;
            BinaryPrimitives.WriteSingleLittleEndian(destination[1..], verdict.Exploration);
            destination = destination[(1 + sizeof(float))..];
        }
    }

    private static void Append(byte key, double value, ref Span<byte> destination)
    {
        if (value != 0)
        {
            destination[0] = key;
            BinaryPrimitives.WriteDoubleLittleEndian(destination[1..], value);
            destination = destination[(1 + sizeof(double))..];
        }
    }

    private static void Append(byte[] bytes, ref Span<byte> destination)
    {
        bytes.CopyTo(destination);
        destination = destination[bytes.Length..];
    }

    private FrozenDictionary<ushort, OfferTemplate>? FindOffers(in LentDecision decision) =>
        decision.OfferedCount == 0 ? null : _template.FindOffers(decision.Id.Placement);

    private byte[] FindArm(int experiment, byte arm) => arm > 0 && arm <= _arms[experiment].Length ? _arms[experiment][arm - 1] : [];

    private byte[] GetFallback(ushort placement)
    {
        if (placement >= _fallbacks.Length)
        {
            return [];
        }

        return _fallbacks[placement] ??= _template.FindFallback(placement) is { } content
            ? new RecommendResponse { Fallback = content }.ToByteArray()
            : [];
    }
}
