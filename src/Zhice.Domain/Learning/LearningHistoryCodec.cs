using System.Collections.Immutable;

namespace Zhice.Domain.Learning;

/// <summary>
/// Writes a history as bytes. Format 1: two tallies, and the events, each in a part of its own, so that a later format can add to an event
/// what this one passes over.
/// </summary>
internal static class LearningHistoryCodec
{
    private const byte Format = 1;
    private const string What = "the history of an action's models";
    private const int HashBytes = 32;

    public static byte[] ToBytes(LearningHistory history) => Bytes.Write(history, static (writer, history) =>
    {
        writer.Write(Format);
        Write(writer, history.Champion);
        Write(writer, history.Challenger);
        writer.WriteCount(history.Events.Length);
        foreach (var done in history.Events)
        {
            writer.WritePart(done, Write);
        }
    });

    public static LearningHistory FromBytes(byte[] bytes) => Bytes.Read(bytes, Format, What, static reader =>
    {
        var (champion, challenger) = (ReadTally(reader), ReadTally(reader));
        var events = ImmutableArray.CreateBuilder<ModelEvent>();
        for (var left = reader.Count(LearningHistory.MaxEvents); left > 0; left--)
        {
            events.Add(reader.ReadPart(Format, ReadEvent));
        }

        return new LearningHistory(champion, challenger, events.ToImmutable());
    });

    private static void Write(ByteWriter writer, LessonTally tally)
    {
        writer.WriteLong(tally.Accepted);
        writer.WriteLong(tally.NotAccepted);
        writer.WriteLong(tally.TakenBack);
        writer.Write(tally.FirstAtMs);
        writer.Write(tally.LastAtMs);
        writer.WriteLong(tally.FirstCatalogVersion);
        writer.WriteLong(tally.LastCatalogVersion);
    }

    private static LessonTally ReadTally(ByteReader reader) => new(
        reader.ReadLong(), reader.ReadLong(), reader.ReadLong(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadLong(),
        reader.ReadLong());

    private static void Write(ByteWriter writer, ModelEvent done)
    {
        writer.Write((byte)done.Kind);
        writer.Write(done.AtMs);
        writer.Write(done.Actor);
        writer.WriteLong(done.Version);
        writer.WriteLong(done.CatalogVersion);
        Write(writer, done.Model);
        writer.Write(done.Replaced is not null);
        if (done.Replaced is { } replaced)
        {
            Write(writer, replaced);
        }
    }

    private static ModelEvent ReadEvent(ByteReader reader, byte format) => new(
        (ModelEventKind)reader.ReadByte(), reader.ReadInt64(), reader.ReadString(), reader.ReadLong(), reader.ReadLong(),
        ReadChecks(reader),
        reader.ReadBoolean() ? ReadChecks(reader) : null);

    private static void Write(ByteWriter writer, ModelChecks checks)
    {
        writer.Write(checks.Settings.PriorVariance);
        writer.Write(checks.Settings.Drift);
        writer.WriteLong(checks.Learned);
        writer.Write(checks.LogLoss ?? double.NaN);
        writer.Write(checks.Auc ?? double.NaN);
        writer.Write(checks.CalibrationError ?? double.NaN);
        writer.Write(Convert.FromHexString(checks.WeightsSha256));
    }

    private static ModelChecks ReadChecks(ByteReader reader) => new(
        new(reader.ReadSingle(), reader.ReadSingle()), reader.ReadLong(), ReadKnown(reader), ReadKnown(reader), ReadKnown(reader),
        Convert.ToHexStringLower(reader.ReadBytes(HashBytes)));

    private static double? ReadKnown(ByteReader reader) => reader.ReadDouble() is var number && double.IsNaN(number) ? null : number;
}
