namespace Zhice.Domain.Learning.Histories;

/// <summary>How a model scored the lessons of a day of the bank, before it learned them: a histogram of its probabilities, by outcome.</summary>
/// <param name="day">The day, days since 1970-01-01.</param>
public sealed class ScoreDay(int day)
{
    /// <summary>Into how many bins of the logit probabilities are put, from -8 to 8.</summary>
    public const int Bins = 32;

    private const double WidestLogit = 8;

    private readonly float[] _accepted = new float[Bins];
    private readonly float[] _others = new float[Bins];
    private readonly float[] _predicted = new float[Bins];

    /// <summary>The day, days since 1970-01-01.</summary>
    public int Day => day;

    /// <summary>How many lessons were scored.</summary>
    public long Lessons { get; private set; }

    /// <summary>How many of them were acceptances.</summary>
    public long Acceptances { get; private set; }

    /// <summary>The weight of the lessons.</summary>
    public double Weight => Sum(_accepted) + Sum(_others);

    /// <summary>The weight of the acceptances.</summary>
    public double AcceptedWeight => Sum(_accepted);

    /// <summary>The weight of the acceptances as the model predicted it.</summary>
    public double PredictedWeight => Sum(_predicted);

    /// <summary>The area under the ROC curve; null while outcomes are alike.</summary>
    public double? Auc
    {
        get
        {
            double below = 0, pairs = 0;
            for (var bin = 0; bin < Bins; bin++)
            {
                pairs += _accepted[bin] * (below + (_others[bin] / 2.0));
                below += _others[bin];
            }

            var all = AcceptedWeight * below;
            return all > 0 ? pairs / all : null;
        }
    }

    /// <summary>The share of the weight in each bin; all 0 without lessons.</summary>
    public double[] GetShares()
    {
        var (shares, weight) = (new double[Bins], Weight);
        for (var bin = 0; bin < Bins && weight > 0; bin++)
        {
            shares[bin] = (_accepted[bin] + _others[bin]) / weight;
        }

        return shares;
    }

    /// <summary>The lessons of a bin.</summary>
    /// <param name="bin">From 0 on.</param>
    public ScoreBin GetBin(int bin) => new((double)_accepted[bin] + _others[bin], _accepted[bin], _predicted[bin]);

    /// <summary>The probability at which a bin begins; that behind the last is 1.</summary>
    /// <param name="bin">From 0 to <see cref="Bins"/>.</param>
    public static double GetProbability(int bin) => bin switch
    {
        <= 0 => 0,
        >= Bins => 1,
        _ => 1 / (1 + Math.Exp(WidestLogit - (2 * WidestLogit * bin / Bins))),
    };

    /// <summary>Adds a lesson.</summary>
    /// <param name="probability">The probability that the model gave it, above 0 and below 1.</param>
    /// <param name="isAccepted">Whether it was an acceptance.</param>
    /// <param name="weight">What it weighs.</param>
    public void Add(double probability, bool isAccepted, double weight)
    {
        var logit = Math.Clamp(Math.Log(probability / (1 - probability)), -WidestLogit, WidestLogit);
        var bin = Math.Min(Bins - 1, (int)((logit + WidestLogit) / (2 * WidestLogit) * Bins));
        (isAccepted ? _accepted : _others)[bin] += (float)weight;
        _predicted[bin] += (float)(weight * probability);
        Lessons++;
        Acceptances += isAccepted ? 1 : 0;
    }

    /// <summary>The lessons of several days together, as of the last of them.</summary>
    public static ScoreDay Together(IReadOnlyList<ScoreDay> days) => Together(days, days.Count == 0 ? 0 : days[^1].Day);

    /// <summary>The lessons of several days together.</summary>
    /// <param name="days">The days.</param>
    /// <param name="day">As of which day, days since 1970-01-01.</param>
    public static ScoreDay Together(IReadOnlyList<ScoreDay> days, int day)
    {
        var sum = new ScoreDay(day);
        foreach (var each in days)
        {
            for (var bin = 0; bin < Bins; bin++)
            {
                sum._accepted[bin] += each._accepted[bin];
                sum._others[bin] += each._others[bin];
                sum._predicted[bin] += each._predicted[bin];
            }

            sum.Lessons += each.Lessons;
            sum.Acceptances += each.Acceptances;
        }

        return sum;
    }

    internal void Write(ByteWriter writer)
    {
        writer.WriteSigned(Day);
        writer.WriteLong(Lessons);
        writer.WriteLong(Acceptances);
        foreach (var numbers in (float[][])[_accepted, _others, _predicted])
        {
            foreach (var number in numbers)
            {
                writer.Write(number);
            }
        }
    }

    internal static ScoreDay Read(ByteReader reader)
    {
        var read = new ScoreDay(checked((int)reader.ReadSigned())) { Lessons = reader.ReadLong(), Acceptances = reader.ReadLong() };
        foreach (var numbers in (float[][])[read._accepted, read._others, read._predicted])
        {
            foreach (ref var number in numbers.AsSpan())
            {
                number = reader.ReadSingle();
            }
        }

        return read;
    }

    private static double Sum(float[] numbers)
    {
        var sum = 0.0;
        foreach (var number in numbers)
        {
            sum += number;
        }

        return sum;
    }
}
