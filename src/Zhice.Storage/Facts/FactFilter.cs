using System.Collections.Immutable;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Facts;

namespace Zhice.Storage.Facts;

/// <summary>Which totals are meant.</summary>
/// <param name="Campaign">Of this campaign; empty for any.</param>
/// <param name="Journey">Of this journey; empty for any.</param>
/// <param name="FromDay">From this day of the bank on, days since 1970-01-01.</param>
/// <param name="ToDay">To this day, which is included.</param>
public sealed record FactFilter(string Campaign = "", string Journey = "", int FromDay = 0, int ToDay = int.MaxValue);

/// <summary>Totals, and when they were taken.</summary>
/// <param name="AsOfMs">The instant by the store's clock, unix milliseconds.</param>
/// <param name="Totals">The totals; each group, kind, code and day once.</param>
public sealed record FactTotals(long AsOfMs, ImmutableArray<FactTotal> Totals);

/// <summary>The amounts of the outcomes that contacts of a group had.</summary>
/// <param name="Group">The names of the group.</param>
/// <param name="IsHeldOut">Whether they are of customers who were held out.</param>
/// <param name="Amounts">The sum of each contact that had an outcome, in fen; contacts without one are not among them.</param>
public sealed record OutcomeSums(FactGroup Group, bool IsHeldOut, Moments Amounts);

/// <summary>A fact with its number in the day on which it was recorded.</summary>
/// <param name="Number">The number, above 0.</param>
/// <param name="Fact">The fact, with the names of its group and its customer.</param>
public readonly record struct NumberedFact(long Number, Fact Fact);
