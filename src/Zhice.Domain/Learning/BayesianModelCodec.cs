namespace Zhice.Domain.Learning;

/// <summary>
/// Writes a model as bytes. Format 3: the count of lessons, the settings, the prior (0: none), and for each feature that was
/// met its slot, mean and variance. Format 2 had no prior, and fewer slots in 16 bits. Format 1 was that of an Adagrad model:
/// slot, weight, squared gradients.
/// </summary>
internal static class BayesianModelCodec
{
    private const byte Format = 3;
    private const byte Coarse = 2;
    private const byte Adagrad = 1;
    private const int CoarseEntry = sizeof(ushort) + (2 * sizeof(float));
    private const int Entry = sizeof(uint) + (2 * sizeof(float));
    private const int AdagradHead = 1 + sizeof(long);
    private const int CoarseHead = AdagradHead + (2 * sizeof(float));
    private const int Head = CoarseHead + sizeof(double);

    public static byte[] ToBytes(BayesianModel model) => Bytes.Write(model, static (writer, model) =>
    {
        writer.Write(Format);
        writer.Write(model.Learned);
        writer.Write(model.Settings.PriorVariance);
        writer.Write(model.Settings.Drift);
        writer.Write(model.Prior ?? 0);
        foreach (var slot in model.Beliefs.Slots())
        {
            var belief = model.Beliefs.Get(slot);
            writer.Write(slot);
            writer.Write(belief.Mean);
            writer.Write(belief.Variance);
        }
    });

    public static BayesianModel FromBytes(byte[] bytes)
    {
        var (head, entry) = bytes switch
        {
            [Adagrad, ..] => (AdagradHead, CoarseEntry),
            [Coarse, ..] => (CoarseHead, CoarseEntry),
            [Format, ..] => (Head, Entry),
            _ => (int.MaxValue, 1),
        };
        if (bytes.Length < head || (bytes.Length - head) % entry != 0)
        {
            throw new FormatException("These are not the bytes of a propensity model in format 1, 2 or 3.");
        }

        var reader = new ByteReader(bytes);
        var format = reader.ReadByte();
        var learned = reader.ReadInt64();
        var settings = format == Adagrad ? ModelSettings.Default : new(reader.ReadSingle(), reader.ReadSingle());
        var prior = format == Format ? reader.ReadDouble() : 0;
        if (learned < 0 || !settings.AreValid || !(prior is >= 0 and < 1))
        {
            throw new FormatException($"A propensity model does not learn by {settings}, nor {learned} outcomes from a prior of {prior}.");
        }

        var beliefs = new BeliefTable(settings.PriorVariance);
        for (var entries = (bytes.Length - head) / entry; entries > 0; entries--)
        {
            var slot = format == Format ? reader.ReadUInt32() : FeatureSlots.Count + (uint)reader.ReadUInt16();
            if (slot >= FeatureSlots.All)
            {
                throw new FormatException($"A propensity model has {FeatureSlots.All} slots, and these bytes name slot {slot}.");
            }

            var (mean, second) = (reader.ReadSingle(), reader.ReadSingle());
            var variance = format == Adagrad ? OfSquaredGradients(second, settings) : second;
            if (!float.IsFinite(mean) || !(variance > 0 && variance <= settings.PriorVariance))
            {
                throw new FormatException($"Slot {slot} of a propensity model holds what no learning gives.");
            }

            beliefs.Meet(slot) = new(mean, variance);
        }

        return new BayesianModel(settings, beliefs, learned, prior > 0 ? prior : null);
    }

    // A squared gradient (p - y)² is p(1 - p) on average, which is what an outcome tells of a weight.
    private static float OfSquaredGradients(float squared, ModelSettings settings) =>
        squared >= 0 ? 1 / ((1 / settings.PriorVariance) + squared) : float.NaN;
}
