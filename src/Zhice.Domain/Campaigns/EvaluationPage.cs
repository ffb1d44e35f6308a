using System.Text;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Campaigns;

/// <summary>
/// Evaluations as bytes, some hundred together: what many have in common is written once, so that one takes little more than the
/// part of its customer's id that differs from the id before.
/// </summary>
public static class EvaluationPage
{
    private const byte Format = 1;
    private const int MaxKinds = 1 << 16;
    private const int MaxRows = 1 << 20;

    /// <summary>The evaluations as bytes, in their order.</summary>
    public static byte[] ToBytes(IReadOnlyList<CampaignEvaluation> evaluations) => Bytes.Write(evaluations, static (writer, all) =>
    {
        var kinds = new Dictionary<ContactResult, int>();
        foreach (var each in all)
        {
            kinds.TryAdd(each.Kind, kinds.Count);
        }

        writer.Write(Format);
        writer.WriteCount(kinds.Count);
        foreach (var kind in kinds.Keys)
        {
            writer.Write((byte)kind.Outcome);
            writer.Write((byte)kind.Reason);
            writer.Write(kind.RuleId);
            writer.Write(kind.PlacementId);
            writer.Write(kind.ArmId);
        }

        writer.WriteCount(all.Count);
        var (before, atMs) = (Array.Empty<byte>(), 0L);
        foreach (var each in all)
        {
            var id = Encoding.UTF8.GetBytes(each.CustomerId);
            var shared = id.AsSpan().CommonPrefixLength(before);
            writer.WriteCount(kinds[each.Kind]);
            writer.WriteSigned(each.AtMs - atMs);
            writer.WriteCount(shared);
            writer.WriteCount(id.Length - shared);
            writer.Write(id.AsSpan(shared));
            (before, atMs) = (id, each.AtMs);
        }
    });

    /// <summary>
    /// The evaluations of two that settled the same page, of whom neither knew of the other: each customer once. Who was contacted
    /// or held out stays so, whatever a later look says; else the later evaluation counts.
    /// </summary>
    public static IReadOnlyList<CampaignEvaluation> Merged(IReadOnlyList<CampaignEvaluation> there, IReadOnlyList<CampaignEvaluation> later)
    {
        var all = there.ToDictionary(static each => each.CustomerId, StringComparer.Ordinal);
        foreach (var each in later)
        {
            if (!all.TryGetValue(each.CustomerId, out var known)
                || known.Kind.Outcome is not (EvaluationOutcome.Contacted or EvaluationOutcome.Holdout))
            {
                all[each.CustomerId] = each;
            }
        }

        return [.. all.Values];
    }

    /// <summary>Reads evaluations back.</summary>
    /// <exception cref="FormatException">They are not the bytes of a page.</exception>
    public static IReadOnlyList<CampaignEvaluation> FromBytes(byte[] bytes) => Bytes.Read(bytes, Format, "a page of evaluations", static reader =>
    {
        var kinds = new ContactResult[reader.Count(MaxKinds)];
        foreach (ref var kind in kinds.AsSpan())
        {
            kind = new(
                (EvaluationOutcome)reader.ReadByte(), (ReasonCode)reader.ReadByte(), reader.ReadString(), reader.ReadString(),
                reader.ReadString());
        }

        var all = new CampaignEvaluation[reader.Count(MaxRows)];
        var (id, atMs) = (Array.Empty<byte>(), 0L);
        foreach (ref var each in all.AsSpan())
        {
            var kind = kinds[reader.ReadCount()];
            atMs += reader.ReadSigned();
            var shared = reader.ReadCount();
            id = [.. id.AsSpan(0, shared), .. reader.ReadBytes(reader.Count(int.MaxValue))];
            each = new(Encoding.UTF8.GetString(id), kind, atMs);
        }

        return all;
    });
}
