using System.Globalization;

namespace Zhice.Domain.Measurement.Sequences;

/// <summary>Which of several arms is the best; it may be asked every day, and be acted on as soon as there is an answer.</summary>
/// <remarks>
/// Every pair of arms has a <see cref="ConfidenceSequence"/> with its part of alpha (C. E. Bonferroni, 1936), so all of them hold at all
/// times together: a wrong winner is named, ever, with a probability of at most alpha. An arm wins when it is above every other one.
/// </remarks>
public sealed class WinnerWatch
{
    private readonly ConfidenceSequence _sequence;
    private readonly int _arms;

    /// <summary>A watch.</summary>
    /// <param name="arms">How many arms there are, the control included; at least 2.</param>
    /// <param name="confidence">How sure a winner is.</param>
    /// <param name="expected">At how many customers of two arms together the answer is expected; set before the experiment.</param>
    public WinnerWatch(int arms, Confidence confidence, long expected)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(arms, 2);
        _arms = arms;
        _sequence = new(new(1 - (confidence.Alpha / (arms * (arms - 1) / 2))), expected);
    }

    /// <summary>The best arm until now; refused while no arm is shown to be above every other one.</summary>
    /// <param name="values">The outcomes or amounts of each arm until now; more is better.</param>
    /// <param name="names">The names of the arms, for the reason of a refusal; null: their numbers.</param>
    /// <returns>The arm's number.</returns>
    public Measured<int> Look(ReadOnlySpan<Moments> values, IReadOnlyList<string>? names = null)
    {
        if (values.Length != _arms)
        {
            throw new ArgumentException($"There are {values.Length} arms, and {_arms} are watched.", nameof(values));
        }

        var best = 0;
        for (var arm = 1; arm < values.Length; arm++)
        {
            best = values[arm].Mean > values[best].Mean ? arm : best;
        }

        for (var arm = 0; arm < values.Length; arm++)
        {
            if (arm != best && !(Compare(values[best], values[arm]).Interval.Low > 0))
            {
                return Measured<int>.Refuse(
                    $"Arm {GetName(best)} is the best until now, and is not shown to be above arm {GetName(arm)}.");
            }
        }

        return best;

        string GetName(int arm) => names is null ? arm.ToString(CultureInfo.InvariantCulture) : $"'{names[arm]}'";
    }

    private SequenceLook Compare(in Moments arm, in Moments other) =>
        _sequence.Look(arm.Mean - other.Mean, Math.Sqrt(arm.MeanVariance + other.MeanVariance), arm.Count + other.Count);
}
