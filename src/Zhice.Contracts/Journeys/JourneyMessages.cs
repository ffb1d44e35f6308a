using Zhice.Domain.Journeys;

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

/// <summary>A change that an operator asked for, as it is kept.</summary>
/// <param name="Asked">What was asked.</param>
/// <param name="AtMs">When, unix milliseconds.</param>
/// <param name="Actor">By whom.</param>
/// <param name="Comment">Why.</param>
/// <param name="StageId">The stage, of a move.</param>
/// <param name="CustomerId">The customer; empty for an audience.</param>
/// <param name="Audience">The audience as an expression; empty for a customer.</param>
[GenerateSerializer, Immutable, Alias("zhice.journey-change-note")]
public sealed record JourneyChangeNote(
    [property: Id(0)] JourneyChange Asked,
    [property: Id(1)] long AtMs,
    [property: Id(2)] string Actor,
    [property: Id(3)] string Comment,
    [property: Id(4)] string StageId,
    [property: Id(5)] string CustomerId,
    [property: Id(6)] string Audience)
{
    /// <summary>How many customers were changed.</summary>
    [Id(7)]
    public long Changed { get; init; }

    /// <summary>How many were passed over.</summary>
    [Id(8)]
    public long PassedOver { get; init; }

    /// <summary>Whether it came to its end.</summary>
    [Id(9)]
    public bool IsFinished { get; init; }

    /// <summary>Whether it is the same call, made again.</summary>
    public bool IsRepeatOf(JourneyChangeNote other) =>
        Asked.RequestId.Length > 0 && (Asked.RequestId, Asked.BodyHash) == (other.Asked.RequestId, other.Asked.BodyHash);
}

/// <summary>Keeps what operators changed in a journey. The key is the journey's id.</summary>
[Alias("zhice.journey-changes")]
public interface IJourneyChangesGrain : IGrainWithStringKey
{
    /// <summary>Keeps a change; a call that was made before goes on as one.</summary>
    [Alias("Keep")]
    ValueTask Keep(JourneyChangeNote note);

    /// <summary>Removes the changes of a customer.</summary>
    /// <returns>How many.</returns>
    [Alias("Remove")]
    ValueTask<int> Remove(string customerId);

    /// <summary>The changes, the latest first.</summary>
    [Alias("List")]
    ValueTask<System.Collections.Immutable.ImmutableArray<JourneyChangeNote>> List();
}

/// <summary>What the store has of journeys. Any key.</summary>
[Alias("zhice.journey-records")]
public interface IJourneyRecordsGrain : IGrainWithStringKey
{
    /// <summary>How often customers of a journey moved.</summary>
    [Alias("ListCounts")]
    ValueTask<System.Collections.Immutable.ImmutableArray<JourneyCount>> ListCounts(ushort journey);

    /// <summary>How many timers of all journeys are due since before an instant.</summary>
    [Alias("CountOverdue")]
    ValueTask<long> CountOverdue(long beforeMs);
}
