namespace Zhice.Domain.Measurement.Plans;

/// <summary>A lift that a plan is made of.</summary>
/// <param name="Name">Whose; empty for all.</param>
/// <param name="Value">The difference of the shares of contacted and held out.</param>
/// <param name="Interval">Its interval, of a sequence: a plan may be asked for on any day.</param>
/// <param name="PValue">Its p-value of the same sequence, 0 to 1.</param>
public sealed record PlanFigure(string Name, double Value, Interval Interval, double PValue);

/// <summary>What is asked of a plan.</summary>
/// <param name="Confidence">How sure it must be.</param>
/// <param name="Worth">The smallest difference that is worth a contact; 0: any.</param>
public sealed record PlanTerms(Confidence Confidence, double Worth);

/// <summary>A tier in the next campaign.</summary>
/// <param name="Figure">Its lift.</param>
/// <param name="Adjusted">Its p-value among those of all tiers.</param>
/// <param name="Verdict">Whether contacts bring something.</param>
public sealed record PlannedTier(PlanFigure Figure, double Adjusted, PlanVerdict Verdict)
{
    /// <summary>Whether it is contacted again: unless it is clear that nothing comes of it.</summary>
    public bool IsKept => Verdict is not (PlanVerdict.Loss or PlanVerdict.TooSmall);
}

/// <summary>An arm in the next campaign.</summary>
/// <param name="Name">The arm.</param>
/// <param name="Share">How many of its customers did it.</param>
/// <param name="IsBest">The probability that it is the best, 0 to 1.</param>
/// <param name="Weight">Its part of the customers, of <see cref="NextPlan.AllWeights"/>.</param>
public sealed record PlannedArm(string Name, Proportion Share, double IsBest, int Weight);

/// <summary>What is known of contacts.</summary>
public enum PlanVerdict
{
    /// <summary>Nobody can be compared, or the ratio of the groups is wrong.</summary>
    NotMeasured,

    /// <summary>Gain and loss both agree with the figures.</summary>
    NotClear,

    /// <summary>They bring something.</summary>
    Gain,

    /// <summary>Whatever they bring is less than is worth a contact.</summary>
    TooSmall,

    /// <summary>They do harm.</summary>
    Loss,
}
