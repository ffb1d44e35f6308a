namespace Zhice.Domain.Measurement.Facts;

/// <summary>What a report that goes customer by customer reads of a fact.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Kind">What it says.</param>
/// <param name="Code">More about the kind.</param>
/// <param name="GroupId">Its group.</param>
/// <param name="AtMs">When, unix milliseconds.</param>
/// <param name="AmountFen">The amount in fen; 0 for none.</param>
public readonly record struct CustomerFact(string CustomerId, FactKind Kind, int Code, long GroupId, long AtMs, long AmountFen);
