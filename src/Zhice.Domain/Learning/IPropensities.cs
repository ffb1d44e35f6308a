using Zhice.Domain.Catalogs;

namespace Zhice.Domain.Learning;

/// <summary>Says how likely an action is to be accepted.</summary>
public interface IPropensities
{
    /// <summary>The probability that a customer with these features accepts the action.</summary>
    /// <param name="action">The action.</param>
    /// <param name="features">What <see cref="FeatureVector"/> gave.</param>
    /// <param name="draw">
    /// A draw from the normal distribution with mean 0 and variance 1, to explore by; null: nothing is explored.
    /// </param>
    /// <param name="sums">What was summed for other actions and these features; the default value at first.</param>
    PropensityEstimate Estimate(BankAction action, ReadOnlySpan<uint> features, double? draw, ref FeatureSums sums);

    /// <summary>The variance of the logit that draws explore; 0: nothing is explored.</summary>
    /// <param name="action">The action.</param>
    /// <param name="features">What <see cref="FeatureVector"/> gave.</param>
    /// <param name="sums">What was summed for other actions and these features; the default value at first.</param>
    double GetVariance(BankAction action, ReadOnlySpan<uint> features, ref FeatureSums sums);
}

/// <summary>What a model says of an action and a customer.</summary>
/// <param name="Propensity">The probability of acceptance, above 0 and below 1.</param>
/// <param name="ModelVersion">How many outcomes the model had learned; 0: it is the prior.</param>
/// <param name="Exploration">
/// What a probability drawn from the model's doubt is to <paramref name="Propensity"/>, above 0; 1: nothing was drawn.
/// </param>
public readonly record struct PropensityEstimate(double Propensity, uint ModelVersion, float Exploration = 1);
