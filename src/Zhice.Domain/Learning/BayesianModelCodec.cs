namespace Zhice.Domain.Learning;

/// <summary>
/// Writes a model as bytes. Format 2: the count of lessons, the settings, and for each feature that was met its slot,
/// mean and variance. Format 1 was that of an Adagrad model: slot, weight, squared gradients.
/// </summary>
internal static class BayesianModelCodec
{
    private const byte Format = 2;
    private const byte Adagrad = 1;
    private const int Entry = sizeof(ushort) + (2 * sizeof(float));
    private const int AdagradHead = 1 + sizeof(long);
    private const int Head = AdagradHead + (2 * sizeof(float));

    public static byte[] ToBytes(BayesianModel model) => Bytes.Of(model, static (writer, model) =>
    {
        writer.Write(Format);
        writer.Write(model.Learned);
        writer.Write(model.Settings.PriorVariance);
        writer.Write(model.Settings.Drift);
        var untouched = new Belief(0, model.Settings.PriorVariance);
        for (var slot = 0; slot < model.Beliefs.Length; slot++)
        {
            if (model.Beliefs[slot] is var belief && belief != untouched)
            {
                writer.Write((ushort)slot);
                writer.Write(belief.Mean);
                writer.Write(belief.Variance);
            }
        }
    });

    public static BayesianModel FromBytes(byte[] bytes)
    {
        var head = bytes is [Adagrad, ..] ? AdagradHead : Head;
        if (bytes is not [Adagrad or Format, ..] || bytes.Length < head || (bytes.Length - head) % Entry != 0)
        {
            throw new FormatException("These are not the bytes of a propensity model in format 1 or 2.");
        }

        var reader = new ByteReader(bytes);
        var isAdagrad = reader.ReadByte() == Adagrad;
        var learned = reader.ReadInt64();
        var settings = isAdagrad ? ModelSettings.Default : new(reader.ReadSingle(), reader.ReadSingle());
        if (learned < 0 || !settings.AreSound)
        {
            throw new FormatException($"A propensity model does not learn by {settings}, nor {learned} outcomes.");
        }

        var beliefs = new Belief[FeatureVector.Slots];
        beliefs.AsSpan().Fill(new(0, settings.PriorVariance));
        for (var entries = (bytes.Length - head) / Entry; entries > 0; entries--)
        {
            var slot = reader.ReadUInt16();
            if (slot >= FeatureVector.Slots)
            {
                throw new FormatException($"A propensity model has {FeatureVector.Slots} slots, and these bytes name slot {slot}.");
            }

            var (mean, second) = (reader.ReadSingle(), reader.ReadSingle());
            var variance = isAdagrad ? OfSquaredGradients(second, settings) : second;
            if (!float.IsFinite(mean) || !(variance > 0 && variance <= settings.PriorVariance))
            {
                throw new FormatException($"Slot {slot} of a propensity model holds what no learning gives.");
            }

            beliefs[slot] = new(mean, variance);
        }

        return new BayesianModel(settings, beliefs, learned);
    }

    // A squared gradient (p - y)² is p(1 - p) on average, which is what an outcome tells of a weight.
    private static float OfSquaredGradients(float squared, ModelSettings settings) =>
        squared >= 0 ? 1 / ((1 / settings.PriorVariance) + squared) : float.NaN;
}
