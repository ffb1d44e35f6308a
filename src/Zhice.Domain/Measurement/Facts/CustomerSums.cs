using Orleans;

namespace Zhice.Domain.Measurement.Facts;

/// <summary>
/// What the offers of the customers of an arm add up to, customer by customer: the spread of a share over customers who come several times
/// is computed from it.
/// </summary>
/// <param name="Arm">The arm.</param>
/// <param name="Customers">How many customers were shown an offer.</param>
/// <param name="Shown">How many offers they were shown, or saw where only feedback tells it.</param>
/// <param name="Converted">How many of these an outcome followed.</param>
/// <param name="ShownSquares">The sum of the squares of each customer's offers.</param>
/// <param name="ShownConverted">The sum of each customer's offers × converted offers.</param>
/// <param name="ConvertedSquares">The sum of the squares of each customer's converted offers.</param>
[GenerateSerializer, Immutable, Alias("zhice.customer-sums")]
public sealed record CustomerSums(
    [property: Id(0)] string Arm, [property: Id(1)] long Customers, [property: Id(2)] long Shown, [property: Id(3)] long Converted,
    [property: Id(4)] double ShownSquares, [property: Id(5)] double ShownConverted, [property: Id(6)] double ConvertedSquares);
