namespace Zhice.Domain.Measurement.Behavior;

/// <summary>An event of a customer as it was recorded for analysis.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="EventType">The type of the event.</param>
/// <param name="Channel">The channel; empty where it is not known.</param>
/// <param name="AtMs">When, unix milliseconds.</param>
/// <param name="Day">The day of the bank on which it counts, days since 1970-01-01.</param>
public readonly record struct BehaviorRecord(string CustomerId, string EventType, string Channel, long AtMs, int Day)
{
    /// <summary>The recorded properties (<see cref="BehaviorProperties"/>); empty for none.</summary>
    public string Properties { get; init; } = "";
}
