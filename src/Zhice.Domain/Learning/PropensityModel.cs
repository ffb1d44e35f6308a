namespace Zhice.Domain.Learning;

/// <summary>
/// Learns, one outcome at a time, how likely an action is to be accepted: logistic regression over hashed features
/// with a step of its own for each weight (Adagrad: J. Duchi, E. Hazan, Y. Singer, JMLR 12, 2011).
/// </summary>
/// <remarks>
/// One writer, any readers: weights are written whole, and a reader that sees a step half made sees a prediction
/// between the one before and the one after.
/// </remarks>
public sealed class PropensityModel
{
    private const float Rate = 0.1f;
    private const double Limit = 30;

    private readonly float[] _weights;
    private readonly float[] _squaredGradients;
    private long _learned;

    /// <summary>A model that has learned nothing.</summary>
    public PropensityModel()
        : this(new float[FeatureVector.Slots], new float[FeatureVector.Slots], 0)
    {
    }

    private PropensityModel(float[] weights, float[] squaredGradients, long learned) =>
        (_weights, _squaredGradients, _learned) = (weights, squaredGradients, learned);

    /// <summary>How many outcomes it has learned.</summary>
    public long Learned => Volatile.Read(ref _learned);

    /// <summary>The probability of acceptance, above 0 and below 1.</summary>
    public double Predict(double prior, ReadOnlySpan<ushort> features)
    {
        var sum = Math.Log(prior / (1 - prior));
        foreach (var feature in features)
        {
            sum += _weights[feature];
        }

        return 1 / (1 + Math.Exp(-Math.Clamp(sum, -Limit, Limit)));
    }

    /// <summary>Learns one outcome.</summary>
    public void Learn(double prior, ReadOnlySpan<ushort> features, bool accepted)
    {
        var error = (float)(Predict(prior, features) - (accepted ? 1 : 0));
        foreach (var feature in features)
        {
            _squaredGradients[feature] += error * error;
            _weights[feature] -= Rate * error / MathF.Sqrt(1e-6f + _squaredGradients[feature]);
        }

        Volatile.Write(ref _learned, _learned + 1);
    }

    /// <summary>The model as bytes: only the features that it has met.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write((byte)1);
        writer.Write(_learned);
        for (var slot = 0; slot < _weights.Length; slot++)
        {
            if (_squaredGradients[slot] > 0)
            {
                writer.Write((ushort)slot);
                writer.Write(_weights[slot]);
                writer.Write(_squaredGradients[slot]);
            }
        }

        return stream.ToArray();
    }

    /// <summary>Reads a model back.</summary>
    /// <exception cref="FormatException">They are not a model's bytes.</exception>
    public static PropensityModel FromBytes(byte[] bytes)
    {
        const int Head = 9, Entry = 10;
        if (bytes.Length < Head || bytes[0] != 1 || (bytes.Length - Head) % Entry != 0)
        {
            throw new FormatException("These are not the bytes of a propensity model in format 1.");
        }

        using var reader = new BinaryReader(new MemoryStream(bytes));
        reader.ReadByte();
        var learned = reader.ReadInt64();
        var (weights, squared) = (new float[FeatureVector.Slots], new float[FeatureVector.Slots]);
        for (var entries = (bytes.Length - Head) / Entry; entries > 0; entries--)
        {
            var slot = reader.ReadUInt16();
            if (slot >= FeatureVector.Slots)
            {
                throw new FormatException($"A propensity model has {FeatureVector.Slots} slots, and these bytes name slot {slot}.");
            }

            (weights[slot], squared[slot]) = (reader.ReadSingle(), reader.ReadSingle());
            if (!float.IsFinite(weights[slot]) || !float.IsFinite(squared[slot]) || squared[slot] < 0)
            {
                throw new FormatException($"Slot {slot} of a propensity model holds what no learning gives.");
            }
        }

        return new PropensityModel(weights, squared, learned);
    }
}
