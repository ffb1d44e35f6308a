using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Decisions;

/// <summary>A decision with all that it was made of, so that it can be made again, bit for bit.</summary>
/// <param name="Decision">The decision; its verdicts keep what the models said.</param>
/// <param name="State">The customer's state, as <see cref="CustomerStateCodec"/> writes it.</param>
/// <param name="Context">Facts of the moment.</param>
/// <param name="Limit">How many recommendations there might be.</param>
public sealed record DecisionRecord(Decision Decision, byte[] State, ImmutableArray<ContextTag> Context, int Limit)
{
    private const byte Oldest = 1;
    private const byte Format = 3;
    private const int MaxContext = 256;

    /// <summary>
    /// Of a decision about one action by itself: which of its treatments in the placement were judged, by their places. Empty:
    /// all candidates of the placement were judged.
    /// </summary>
    public ImmutableArray<byte> Treatments { get; init; } = [];

    /// <summary>
    /// The probability that each offered action was shown at its rank, best first; empty in what was kept before it was. See
    /// <see cref="Decisions.ShownProbabilities"/>.
    /// </summary>
    public ImmutableArray<float> ShownProbabilities { get; init; } = [];

    /// <summary>
    /// Makes the decision again by its catalogue. The models have learned since; the stock, what is stopped and who is on uploaded
    /// lists have changed: what they were then is taken from the record; all else is worked out anew.
    /// </summary>
    /// <returns>The decision as it comes out now; null when the catalogue does not have the placement.</returns>
    public Decision? Replay(Catalog catalog)
    {
        catalog = catalog.AsThen(Decision.Verdicts);
        if (catalog.Placement(Decision.Id.Placement) is not { } placement)
        {
            return null;
        }

        var view = new CustomerView(CustomerStateCodec.FromBytes(State), catalog, Context, Decision.Id.DecidedAtMs, Decision.IsPersonalized)
        {
            Id = Decision.CustomerId, Version = Decision.StateVersion,
        };
        var said = new RecordedAnswers(Decision.Verdicts, beside: null);
        if (Treatments.IsEmpty)
        {
            return Decider.Decide(Decision.Id, view, placement, said, said, Limit);
        }

        return placement.Candidates.FirstOrDefault(each => each.Action.Number == Decision.Verdicts[0].Action) is { } candidate
            && Treatments.All(treatment => treatment < candidate.Treatments.Length)
                ? Decider.DecideAlone(
                    Decision.Id, view, placement,
                    candidate with { Treatments = [.. Treatments.Select(treatment => candidate.Treatments[treatment])] }, said, said)
                : null;
    }

    /// <summary>The record of a decision about one action by itself.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="state">The customer's state.</param>
    /// <param name="placement">Where.</param>
    /// <param name="judged">What was judged: an action of the placement with some of its treatments.</param>
    public static DecisionRecord Alone(Decision decision, byte[] state, Placement placement, Candidate judged)
    {
        var all = placement.Candidates.First(each => each.Action.Number == judged.Action.Number).Treatments;
        return new(decision, state, [], 1)
        {
            Treatments = [.. judged.Treatments.Select(treatment => (byte)all.IndexOf(treatment))],
            ShownProbabilities = decision.OfferedCount == 0 ? [] : [1],
        };
    }

    /// <summary>Whether two decisions say the same, to the last bit of every number.</summary>
    public static bool IsSame(Decision one, Decision other) =>
        DecisionCodec.ToBytes(one).AsSpan().SequenceEqual(DecisionCodec.ToBytes(other));

    /// <summary>The record as bytes.</summary>
    public byte[] ToBytes() => Bytes.Write(this, static (writer, record) => record.Write(writer));

    /// <summary>Reads a record back.</summary>
    /// <exception cref="FormatException">They are not a record's bytes.</exception>
    public static DecisionRecord FromBytes(byte[] bytes) => Bytes.Read(bytes, Oldest, Format, "a decision's record", static (reader, format) =>
    {
        var decision = DecisionCodec.FromBytes(reader.ReadBytes(reader.Count(int.MaxValue)));
        var state = reader.ReadBytes(reader.Count(int.MaxValue));
        var limit = reader.ReadCount();
        var context = new ContextTag[reader.Count(MaxContext)];
        foreach (ref var fact in context.AsSpan())
        {
            var (tag, type, bits, text) = (reader.ReadNumber(), (TagType)reader.ReadByte(), reader.ReadSigned(), reader.ReadString());
            fact = new(tag, new TagValue(type, bits, type == TagType.String ? text : null));
        }

        return new DecisionRecord(decision, state, ImmutableArray.Create(context), limit)
        {
            Treatments = format < 2 ? [] : ImmutableCollectionsMarshal.AsImmutableArray(reader.ReadBytes(reader.Count(byte.MaxValue))),
            ShownProbabilities = format < 3 ? [] : ReadProbabilities(reader),
        };
    });

    private void Write(ByteWriter writer)
    {
        writer.Write(Format);
        var decision = DecisionCodec.ToBytes(Decision);
        writer.WriteCount(decision.Length);
        writer.Write(decision);
        writer.WriteCount(State.Length);
        writer.Write(State);
        writer.WriteCount(Limit);
        writer.WriteCount(Context.Length);
        foreach (var fact in Context)
        {
            writer.WriteNumber(fact.Tag);
            writer.Write((byte)fact.Value.Type);
            writer.WriteSigned(fact.Value.Bits);
            writer.Write(fact.Value.Text ?? "");
        }

        writer.WriteCount(Treatments.Length);
        writer.Write(Treatments.AsSpan());
        writer.WriteCount(ShownProbabilities.Length);
        foreach (var probability in ShownProbabilities)
        {
            writer.Write(probability);
        }
    }

    private static ImmutableArray<float> ReadProbabilities(ByteReader reader)
    {
        var probabilities = new float[reader.Count(Decider.MaxLimit)];
        foreach (ref var probability in probabilities.AsSpan())
        {
            probability = reader.ReadSingle();
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(probabilities);
    }
}
