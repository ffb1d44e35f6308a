using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Learning;

/// <content>
/// The bytes of kept decisions. Features are written by what differs from the decision before: of one customer they are
/// nearly the same each time.
/// </content>
public sealed partial class KeptDecisions
{
    private const int MaxFeatures = 4096;
    private const int MaxOnStack = 512;

    internal void Write(ByteWriter writer)
    {
        var bytes = IsEmpty ? [] : _packed ?? Pack(_kept!);
        writer.WriteCount(bytes.Length);
        writer.Write(bytes);
    }

    internal static KeptDecisions Read(ByteReader reader) =>
        reader.ReadBytes(reader.Count(int.MaxValue)) is { Length: > 0 } packed ? new(packed, null) : new();

    // By a writer of its own: the state's is at work.
    private static byte[] Pack(Kept kept)
    {
        var writer = new ByteWriter(256);
        writer.WriteCount(kept.Decisions.Count);
        ReadOnlySpan<uint> before = [];
        foreach (var decision in kept.Decisions)
        {
            writer.Write(decision.Id.High);
            writer.Write(decision.Id.Low);
            writer.Write(decision.IsPersonalized);
            writer.WriteCount(decision.Offers.Length);
            foreach (var offer in decision.Offers)
            {
                writer.WriteNumber(offer.Action);
                writer.Write(offer.Treatment);
                writer.Write(offer.Lesson);
            }

            var features = decision.Features.AsSpan();
            WriteChanges(writer, before, features);
            before = features;
        }

        writer.WriteSigned(kept.Taught.Count == 0 ? 0 : kept.Day);
        writer.WriteCount(kept.Taught.Count);
        foreach (var (action, count) in kept.Taught)
        {
            writer.WriteNumber(action);
            writer.Write(count);
        }

        return writer.ToArray();
    }

    // Damaged bytes are as good as none: nothing is learned from them, and the customer goes on.
    private static Kept Unpack(byte[] packed)
    {
        try
        {
            return Bytes.Read(packed, "kept decisions", ReadKept);
        }
        catch (FormatException)
        {
            return new([], []);
        }
    }

    private static Kept ReadKept(ByteReader reader)
    {
        var left = reader.Count(Capacity);
        var decisions = new List<KeptDecision>(left + 1);
        uint[] before = [];
        for (; left > 0; left--)
        {
            var id = new DecisionId(reader.ReadUInt64(), reader.ReadUInt64());
            var isPersonalized = reader.ReadBoolean();
            var offers = new KeptOffer[reader.Count(KeptDecision.MaxOffers)];
            foreach (ref var offer in offers.AsSpan())
            {
                offer = new(reader.ReadNumber(), reader.ReadByte(), reader.ReadByte());
            }

            var removed = KeptLesson.ReadSorted(reader);
            before = Merged(before, removed, KeptLesson.ReadSorted(reader));
            decisions.Add(new(
                id, isPersonalized, ImmutableCollectionsMarshal.AsImmutableArray(offers),
                ImmutableCollectionsMarshal.AsImmutableArray(before)));
        }

        var day = checked((int)reader.ReadSigned());
        var taught = new List<(ushort Action, byte Count)>();
        for (left = reader.Count(MaxActions); left > 0; left--)
        {
            taught.Add((reader.ReadNumber(), reader.ReadByte()));
        }

        return new(decisions, taught) { Day = day };
    }

    // What went and what came, each by its distance from the one before. Both are sorted; a number may be there twice. Of a customer
    // nearly all is the same each time, and passed over at once.
    private static void WriteChanges(ByteWriter writer, ReadOnlySpan<uint> before, ReadOnlySpan<uint> now)
    {
        var maxCount = before.Length + now.Length;
        Span<uint> changes = maxCount <= MaxOnStack ? stackalloc uint[maxCount] : new uint[maxCount];
        var removed = changes[..before.Length];
        var added = changes[before.Length..];
        var (gone, fresh) = (0, 0);
        while (true)
        {
            var same = before.CommonPrefixLength(now);
            before = before[same..];
            now = now[same..];
            if (now.IsEmpty || (!before.IsEmpty && before[0] < now[0]))
            {
                if (before.IsEmpty)
                {
                    break;
                }

                removed[gone++] = before[0];
                before = before[1..];
            }
            else
            {
                added[fresh++] = now[0];
                now = now[1..];
            }
        }

        KeptLesson.WriteSorted(writer, removed[..gone]);
        KeptLesson.WriteSorted(writer, added[..fresh]);
    }

    private static uint[] Merged(uint[] before, uint[] removed, uint[] added)
    {
        if (removed.Length == 0 && added.Length == 0)
        {
            return before;
        }

        if (removed.Length > before.Length || before.Length - removed.Length + added.Length > MaxFeatures)
        {
            throw CreateFeatureFault();
        }

        // All three are sorted: what is left and what is new are taken in turn.
        var merged = new uint[before.Length - removed.Length + added.Length];
        var (at, gone, fresh) = (0, 0, 0);
        foreach (var number in before)
        {
            if (gone < removed.Length && removed[gone] == number)
            {
                gone++;
                continue;
            }

            while (fresh < added.Length && added[fresh] <= number)
            {
                merged[at++] = added[fresh++];
            }

            if (at == merged.Length)
            {
                throw CreateFeatureFault();
            }

            merged[at++] = number;
        }

        if (gone < removed.Length)
        {
            throw CreateFeatureFault();
        }

        added.AsSpan(fresh).CopyTo(merged.AsSpan(at));
        return merged;
    }

    private static FormatException CreateFeatureFault() => new("A kept decision's features do not follow from those before.");
}
