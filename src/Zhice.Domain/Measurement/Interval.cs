using Orleans;

namespace Zhice.Domain.Measurement;

/// <summary>A range of values that agree with what was observed.</summary>
/// <param name="Low">The lower end; may be minus infinity.</param>
/// <param name="High">The upper end; may be infinity.</param>
[GenerateSerializer, Immutable, Alias("zhice.interval")]
public readonly record struct Interval([property: Id(0)] double Low, [property: Id(1)] double High)
{
    /// <summary>All values: nothing can be said yet.</summary>
    public static Interval Everything { get; } = new(double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Whether a value is in it.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>A value and as much to each side.</summary>
    public static Interval Around(double value, double half) => new(value - half, value + half);
}
