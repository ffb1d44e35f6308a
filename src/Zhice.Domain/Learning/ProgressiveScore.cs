namespace Zhice.Domain.Learning;

/// <summary>
/// How well a model predicted what it then learned (progressive validation), the last some thousands of lessons
/// counting most: log loss, ranking and calibration, in 1 KiB whatever was seen.
/// </summary>
public sealed class ProgressiveScore
{
    /// <summary>What one lesson leaves of all before it: half after 6,931.</summary>
    public const double Kept = 0.9999;

    private const byte Format = 1;
    private const int Bins = 64;
    private const double WidestLogit = 8;

    private readonly double[] _accepted;
    private readonly double[] _others;
    private readonly double[] _predicted;
    private double _loss;

    /// <summary>A score of nothing.</summary>
    public ProgressiveScore()
        : this(new double[Bins], new double[Bins], new double[Bins], 0)
    {
    }

    private ProgressiveScore(double[] accepted, double[] others, double[] predicted, double loss) =>
        (_accepted, _others, _predicted, _loss) = (accepted, others, predicted, loss);

    /// <summary>How many lessons it stands for; older ones count less.</summary>
    public double Weight => _accepted.Sum() + _others.Sum();

    /// <summary>The mean of -ln of the probability that was given to what happened; null before anything was scored.</summary>
    public double? LogLoss => Weight > 0 ? _loss / Weight : null;

    /// <summary>The area under the ROC curve, of probabilities in 64 bins of the logit; null while outcomes are alike.</summary>
    public double? Auc
    {
        get
        {
            double below = 0, pairs = 0;
            for (var bin = 0; bin < Bins; bin++)
            {
                pairs += _accepted[bin] * (below + (_others[bin] / 2));
                below += _others[bin];
            }

            var all = _accepted.Sum() * below;
            return all > 0 ? pairs / all : null;
        }
    }

    /// <summary>
    /// The mean distance of what was predicted from what happened, over the bins, 0 to 1; null before anything was scored.
    /// </summary>
    public double? CalibrationError
    {
        get
        {
            var distance = 0.0;
            for (var bin = 0; bin < Bins; bin++)
            {
                distance += Math.Abs(_predicted[bin] - _accepted[bin]);
            }

            return Weight > 0 ? distance / Weight : null;
        }
    }

    /// <summary>Scores a probability that was given before its outcome was learned.</summary>
    public void Add(double probability, bool accepted, double weight = 1)
    {
        for (var each = 0; each < Bins; each++)
        {
            _accepted[each] *= Kept;
            _others[each] *= Kept;
            _predicted[each] *= Kept;
        }

        var logit = Math.Clamp(Math.Log(probability / (1 - probability)), -WidestLogit, WidestLogit);
        var bin = Math.Min(Bins - 1, (int)((logit + WidestLogit) / (2 * WidestLogit) * Bins));
        (accepted ? _accepted : _others)[bin] += weight;
        _predicted[bin] += weight * probability;
        _loss = (_loss * Kept) - (weight * Math.Log(accepted ? probability : 1 - probability));
    }

    /// <summary>The score as bytes.</summary>
    public byte[] ToBytes() => Domain.Bytes.Write(this, static (writer, score) =>
    {
        writer.Write(Format);
        writer.Write(score._loss);
        foreach (var number in (double[])[.. score._accepted, .. score._others, .. score._predicted])
        {
            writer.Write((float)number);
        }
    });

    /// <summary>Reads a score back.</summary>
    /// <exception cref="FormatException">They are not a score's bytes.</exception>
    public static ProgressiveScore FromBytes(byte[] bytes) => Domain.Bytes.Read(bytes, Format, "a model's score", static reader =>
    {
        var loss = reader.ReadDouble();
        return new ProgressiveScore(Read(reader), Read(reader), Read(reader), loss);
    });

    private static double[] Read(ByteReader reader)
    {
        var numbers = new double[Bins];
        foreach (ref var number in numbers.AsSpan())
        {
            number = reader.ReadSingle();
        }

        return numbers;
    }
}
