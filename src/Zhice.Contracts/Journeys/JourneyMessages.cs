namespace Zhice.Contracts.Journeys;

/// <summary>What an operator does with a customer in a journey.</summary>
[GenerateSerializer, Alias("zhice.journey-change-kind")]
public enum JourneyChangeKind : byte
{
    /// <summary>Moves the customer to a stage.</summary>
    Move = 1,

    /// <summary>Takes the customer out.</summary>
    Exit = 2,

    /// <summary>Lets the customer begin again, or at all.</summary>
    Restart = 3,
}

/// <summary>A change by an operator.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Journey">The number of the journey.</param>
/// <param name="Stage">The number of the stage, for a move; else 0.</param>
/// <param name="RequestId">The caller's id; empty for none.</param>
/// <param name="BodyHash">A hash of what is asked.</param>
[GenerateSerializer, Immutable, Alias("zhice.journey-change")]
public sealed record JourneyChange(
    [property: Id(0)] JourneyChangeKind Kind,
    [property: Id(1)] ushort Journey,
    [property: Id(2)] ushort Stage,
    [property: Id(3)] string RequestId,
    [property: Id(4)] ulong BodyHash);

/// <summary>What became of a change.</summary>
[GenerateSerializer, Alias("zhice.journey-change-result")]
public enum JourneyChangeResult : byte
{
    /// <summary>It is made.</summary>
    Made = 1,

    /// <summary>The customer is not in the journey, or it has no such stage.</summary>
    NotThere = 2,

    /// <summary>Another call had this request id.</summary>
    RequestIdReused = 3,
}

/// <summary>How often customers of a journey made a move.</summary>
/// <param name="Move">The move; its instant says nothing, and its time in the stage is about.</param>
/// <param name="Count">How often.</param>
[GenerateSerializer, Immutable, Alias("zhice.journey-tally")]
public readonly record struct JourneyTally([property: Id(0)] Zhice.Domain.Journeys.JourneyMove Move, [property: Id(1)] long Count);

/// <summary>What the store has of journeys. Any key.</summary>
[Alias("zhice.journey-records")]
public interface IJourneyRecordsGrain : IGrainWithStringKey
{
    /// <summary>How often customers of a journey moved.</summary>
    [Alias("ListCounts")]
    ValueTask<System.Collections.Immutable.ImmutableArray<JourneyTally>> ListCounts(ushort journey);

    /// <summary>How many timers of all journeys are due since before an instant.</summary>
    [Alias("CountOverdue")]
    ValueTask<long> CountOverdue(long beforeMs);
}
