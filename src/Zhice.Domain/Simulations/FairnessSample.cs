namespace Zhice.Domain.Simulations;

/// <summary>What a fairness report needs of one customer, for one action.</summary>
/// <param name="Value">The bits of the tag; null: the customer lacks it.</param>
/// <param name="Propensity">The probability of acceptance that the model gives.</param>
/// <param name="IsOffered">Whether a decision would offer the action now.</param>
/// <param name="Contacts">How many of the customer's last contacts were about the action.</param>
/// <param name="Accepted">How many of these were accepted.</param>
public readonly record struct FairnessSample(long? Value, double Propensity, bool IsOffered, int Contacts, int Accepted);
