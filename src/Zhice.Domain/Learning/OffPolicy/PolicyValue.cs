using Orleans;

namespace Zhice.Domain.Learning.OffPolicy;

/// <summary>What a policy is estimated to be worth a round, with its interval of 95 %.</summary>
/// <param name="Value">The mean reward of a round; not a number when no round tells anything.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end.</param>
/// <param name="Rounds">How many rounds it rests on: those that matched, or as many as the weights are worth.</param>
[GenerateSerializer, Immutable, Alias("zhice.policy-value")]
public readonly record struct PolicyValue(
    [property: Id(0)] double Value, [property: Id(1)] double Low, [property: Id(2)] double High, [property: Id(3)] double Rounds)
{
    /// <summary>Nothing can be said.</summary>
    public static PolicyValue Unknown { get; } = new(double.NaN, double.NaN, double.NaN, 0);

    /// <summary>Whether the intervals have a value in common, so that neither policy is shown to be the better one.</summary>
    public bool Overlaps(PolicyValue other) => !(High < other.Low || other.High < Low);
}

/// <summary>A logged round, as another policy sees it.</summary>
/// <param name="Reward">What came of what was shown.</param>
/// <param name="Logged">The probability with which the logging policy showed it, above 0, at most 1.</param>
/// <param name="Target">The probability with which the policy that is judged would have shown it, 0 to 1.</param>
public readonly record struct LoggedRound(double Reward, double Logged, double Target)
{
    /// <summary>How many rounds of the judged policy it stands for.</summary>
    public double Weight => Target / Logged;
}
