namespace Zhice.Domain.Learning;

/// <summary>
/// What a model has learned since an earlier version of it, as bytes: the count of lessons, the prior (0: none), and for each
/// feature of those lessons its slot, mean and variance as they are now. It can be taken by any version from the earlier one on.
/// </summary>
public static class ModelStepCodec
{
    private const int Head = sizeof(long) + sizeof(double);
    private const int Entry = sizeof(uint) + (2 * sizeof(float));

    /// <summary>Writes it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="features">The features of its lessons since then.</param>
    public static byte[] ToBytes(
        BayesianModel model, IReadOnlyCollection<uint> features) => Bytes.Write((model, features), static (writer, step) =>
    {
        writer.Write(step.model.Learned);
        writer.Write(step.model.Prior ?? 0);
        foreach (var feature in step.features)
        {
            var belief = step.model.Beliefs.Get(feature);
            writer.Write(feature);
            writer.Write(belief.Mean);
            writer.Write(belief.Variance);
        }
    });

    /// <exception cref="FormatException">They are not what <see cref="ToBytes"/> gave.</exception>
    internal static (long Learned, double? Prior, List<(uint Feature, Belief Belief)> Beliefs) FromBytes(byte[] bytes)
    {
        if (bytes.Length < Head || (bytes.Length - Head) % Entry != 0)
        {
            throw new FormatException("These are not the bytes of a step of a propensity model.");
        }

        var reader = new ByteReader(bytes);
        var (learned, prior) = (reader.ReadInt64(), reader.ReadDouble());
        var beliefs = new List<(uint, Belief)>((bytes.Length - Head) / Entry);
        for (var entries = (bytes.Length - Head) / Entry; entries > 0; entries--)
        {
            var (feature, mean, variance) = (reader.ReadUInt32(), reader.ReadSingle(), reader.ReadSingle());
            if (feature >= FeatureSlots.All || !float.IsFinite(mean) || !(variance > 0))
            {
                throw new FormatException($"Slot {feature} of a step of a propensity model holds what no learning gives.");
            }

            beliefs.Add((feature, new(mean, variance)));
        }

        return (learned, prior is > 0 and < 1 ? prior : null, beliefs);
    }
}
