using Zhice.Domain.Catalogs;

namespace Zhice.Domain.Learning;

/// <summary>Says how likely an action is to be accepted.</summary>
public interface IPropensities
{
    /// <summary>The probability that a customer with these features accepts the action.</summary>
    /// <param name="action">The action.</param>
    /// <param name="features">What <see cref="FeatureVector"/> gave.</param>
    /// <param name="modelVersion">How many outcomes the model had learned; 0: it is the prior.</param>
    double Propensity(BankAction action, ReadOnlySpan<ushort> features, out long modelVersion);
}
