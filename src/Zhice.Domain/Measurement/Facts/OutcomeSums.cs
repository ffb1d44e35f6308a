using Orleans;

namespace Zhice.Domain.Measurement.Facts;

/// <summary>The amounts of the outcomes that followed contacts of a group; contacts without an outcome are not among them.</summary>
/// <param name="Group">The names of the group.</param>
/// <param name="IsHeldOut">Whether they are of customers who were held out.</param>
/// <param name="Contacts">How many contacts had an outcome.</param>
/// <param name="SumFen">The sum of their amounts.</param>
/// <param name="SumOfSquares">The sum of the squares of each contact's amount.</param>
[GenerateSerializer, Immutable, Alias("zhice.outcome-sums")]
public sealed record OutcomeSums(
    [property: Id(0)] FactGroup Group, [property: Id(1)] bool IsHeldOut, [property: Id(2)] long Contacts, [property: Id(3)] double SumFen,
    [property: Id(4)] double SumOfSquares);
