using Orleans;

namespace Zhice.Domain.Journeys;

/// <summary>By what a customer came to a stage. The numbers are stored, and are those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.journey-way")]
public enum TransitionCause : byte
{
    /// <summary>The customer entered the journey.</summary>
    Entered = 1,

    /// <summary>An event.</summary>
    Event = 2,

    /// <summary>A condition that holds.</summary>
    Condition = 3,

    /// <summary>Time: a wait is over, or it is the hour.</summary>
    Time = 4,

    /// <summary>The journey's exit rule.</summary>
    ExitRule = 5,

    /// <summary>The definition is gone, or has no such stage.</summary>
    Removed = 6,

    /// <summary>A newer version took the customer over.</summary>
    Mapped = 7,

    /// <summary>An operator moved the customer.</summary>
    Moved = 8,

    /// <summary>An operator took the customer out.</summary>
    Exited = 9,

    /// <summary>An operator let the customer begin again.</summary>
    Restarted = 10,

    /// <summary>Not a move: the journey's goal was reached, for the first time since the customer entered.</summary>
    Goal = 11,

    /// <summary>Not a move: the customer is in as many journeys as there may be, and did not enter.</summary>
    NoRoom = 12,

    /// <summary>What became of the contact that the stage made.</summary>
    Contact = 13,
}

/// <summary>A move of a customer, as it is counted and told.</summary>
/// <param name="Journey">The number of the journey.</param>
/// <param name="Version">Its version.</param>
/// <param name="Arm">The customer's arm in the journey's experiment, from 1; 0 for none.</param>
/// <param name="From">The number of the stage that was left; 0: from outside.</param>
/// <param name="To">The number of the stage; 0: out of the journey.</param>
/// <param name="Cause">By what.</param>
/// <param name="EventType">The number of the kind of event; 0 for none.</param>
/// <param name="AtMs">When: of the event, or when the time was due; unix milliseconds.</param>
/// <param name="StayedMs">How long the customer was in the stage that was left, in milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.journey-move")]
public readonly record struct JourneyMove(
    [property: Id(0)] ushort Journey,
    [property: Id(1)] int Version,
    [property: Id(2)] byte Arm,
    [property: Id(3)] ushort From,
    [property: Id(4)] ushort To,
    [property: Id(5)] TransitionCause Cause,
    [property: Id(6)] ushort EventType,
    [property: Id(7)] long AtMs,
    [property: Id(8)] long StayedMs);
