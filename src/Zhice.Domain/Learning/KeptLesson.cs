using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Zhice.Domain.Learning;

/// <summary>What is to be taught: an answer, and what the models saw when it was decided.</summary>
/// <param name="Features">What the models saw at the decision, the smallest number first.</param>
/// <param name="Kind">What it teaches.</param>
/// <param name="Place">Which of the day's contacts of this customer about the action it is, from 1.</param>
public sealed record KeptLesson(ImmutableArray<uint> Features, LessonKind Kind, byte Place)
{
    private const byte Format = 1;
    private const int MaxFeatures = 4096;

    /// <summary>The lesson as bytes, for the way to whoever teaches it.</summary>
    public byte[] ToBytes() => Bytes.Write(this, static (writer, lesson) =>
    {
        writer.Write(Format);
        writer.Write((byte)lesson.Kind);
        writer.Write(lesson.Place);
        WriteSorted(writer, lesson.Features.AsSpan());
    });

    /// <summary>Reads a lesson back.</summary>
    /// <exception cref="FormatException">They are not a lesson's bytes.</exception>
    public static KeptLesson FromBytes(byte[] bytes) => Bytes.Read(bytes, Format, "a lesson", static reader =>
    {
        var (kind, place) = ((LessonKind)reader.ReadByte(), reader.ReadByte());
        return new KeptLesson(ImmutableCollectionsMarshal.AsImmutableArray(ReadSorted(reader)), kind, place);
    });

    // Each by its distance from the one before.
    internal static void WriteSorted(ByteWriter writer, ReadOnlySpan<uint> features)
    {
        writer.WriteCount(features.Length);
        uint before = 0;
        foreach (var feature in features)
        {
            writer.WriteCount((int)(feature - before));
            before = feature;
        }
    }

    internal static uint[] ReadSorted(ByteReader reader)
    {
        var count = reader.Count(MaxFeatures);
        if (count == 0)
        {
            return [];
        }

        var features = new uint[count];
        uint before = 0;
        foreach (ref var feature in features.AsSpan())
        {
            feature = before = checked(before + (uint)reader.ReadCount());
            if (feature >= FeatureVector.Slots)
            {
                throw new FormatException($"There are {FeatureVector.Slots} features, and these bytes name {feature}.");
            }
        }

        return features;
    }
}
