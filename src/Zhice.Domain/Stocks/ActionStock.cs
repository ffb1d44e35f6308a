namespace Zhice.Domain.Stocks;

/// <summary>How many units of an action there are, for all customers together.</summary>
/// <param name="Units">In all, since the action was first given out; what is above it is never given out.</param>
/// <param name="HeldForMs">
/// How long a unit is kept for a customer who was offered the action, until the customer accepts it, in milliseconds; null: the
/// offer itself spends the unit.
/// </param>
public sealed record ActionStock(long Units, long? HeldForMs);
