using Orleans;

namespace Zhice.Domain.Measurement.Facts;

/// <summary>How many facts are alike. Totals are kept when their facts are too old and dropped.</summary>
/// <param name="Group">Their names.</param>
/// <param name="Kind">What they say.</param>
/// <param name="Code">More about the kind.</param>
/// <param name="Day">The day of the bank on which they count, days since 1970-01-01.</param>
/// <param name="Count">How many.</param>
/// <param name="AmountFen">The sum of their amounts, in fen.</param>
[GenerateSerializer, Immutable, Alias("zhice.fact-total")]
public readonly record struct FactTotal(
    [property: Id(0)] FactGroup Group, [property: Id(1)] FactKind Kind, [property: Id(2)] int Code, [property: Id(3)] int Day,
    [property: Id(4)] long Count,
    [property: Id(5)] long AmountFen);
