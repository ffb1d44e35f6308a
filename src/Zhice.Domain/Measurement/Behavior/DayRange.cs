using Orleans;

namespace Zhice.Domain.Measurement.Behavior;

/// <summary>Days of the bank.</summary>
/// <param name="From">The first day, days since 1970-01-01.</param>
/// <param name="To">The last day, which is included.</param>
[GenerateSerializer, Immutable, Alias("zhice.day-range")]
public readonly record struct DayRange([property: Id(0)] int From, [property: Id(1)] int To)
{
    /// <summary>Whether a day is one of them.</summary>
    public bool Has(int day) => day >= From && day <= To;
}
