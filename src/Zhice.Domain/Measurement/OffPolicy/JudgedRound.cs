using Orleans;
using Zhice.Domain.Learning.OffPolicy;

namespace Zhice.Domain.Measurement.OffPolicy;

/// <summary>A logged decision at one rank, as a policy sees it that did not make it.</summary>
/// <param name="Reward">What came of what was shown: 1 for an acceptance, or an amount.</param>
/// <param name="Logged">The probability with which the log's policy showed it at this rank: above 0, at most 1.</param>
/// <param name="Target">The probability with which the judged policy would have shown it there, 0 to 1.</param>
/// <param name="Unsupported">
/// The probability with which the judged policy would have shown something that the log's policy never shows there, 0 to 1.
/// </param>
/// <param name="PredictedShown">What a model predicts for the reward of what was shown; 0 without a model.</param>
/// <param name="PredictedTarget">What it predicts for what the judged policy would show: the mean over its probabilities.</param>
public readonly record struct JudgedRound(
    double Reward, double Logged, double Target, double Unsupported, double PredictedShown = 0, double PredictedTarget = 0)
{
    /// <summary>The round without predictions.</summary>
    public LoggedRound Round => new(Reward, Logged, Target);
}

/// <summary>What a policy would have been worth a decision, by three estimators, and how much of the log speaks for it.</summary>
/// <param name="Ips">Inverse propensity scoring: without bias, and the widest.</param>
/// <param name="Snips">Self-normalised: a little bias for less spread; it does not move when all rewards are moved.</param>
/// <param name="DoublyRobust">With the model's predictions: right when the probabilities or the predictions are.</param>
/// <param name="EffectiveRounds">As many rounds of the judged policy itself as the log is worth.</param>
/// <param name="Unsupported">The part of the judged policy's choices that the log cannot tell about, 0 to 1.</param>
[GenerateSerializer, Immutable, Alias("zhice.off-policy-value")]
public readonly record struct OffPolicyValue(
    [property: Id(0)] PolicyValue Ips, [property: Id(1)] PolicyValue Snips, [property: Id(2)] PolicyValue DoublyRobust,
    [property: Id(3)] double EffectiveRounds, [property: Id(4)] double Unsupported);
