using Zhice.Domain.Primitives;

namespace Zhice.Contracts.HandOffs;

/// <summary>Lets an agent hold an action, perhaps with a task.</summary>
/// <param name="ActionId">The action.</param>
/// <param name="PlacementId">The agent's placement.</param>
/// <param name="Owner">Who holds it.</param>
/// <param name="ExpiresAtMs">When it ends by itself, unix milliseconds; of a task, by when it is due.</param>
/// <param name="TaskKind">What is to be done; empty: the agent is at it already, and nobody has to be told.</param>
/// <param name="RequestId">The caller's id; empty for none.</param>
/// <param name="BodyHash">A hash of what is asked.</param>
[GenerateSerializer, Immutable, Alias("zhice.hold-order")]
public sealed record HoldRequest(
    [property: Id(0)] string ActionId,
    [property: Id(1)] string PlacementId,
    [property: Id(2)] string Owner,
    [property: Id(3)] long ExpiresAtMs,
    [property: Id(4)] string TaskKind,
    [property: Id(5)] string RequestId,
    [property: Id(6)] ulong BodyHash)
{
    /// <summary>What the person who gets the task should know.</summary>
    [Id(7)]
    public string Note { get; init; } = "";

    /// <summary>Whether a customer that was never heard of is refused, as a mistyped id.</summary>
    [Id(8)]
    public bool MustBeKnown { get; init; }
}

/// <summary>What became of an order.</summary>
[GenerateSerializer, Alias("zhice.hold-result")]
public enum HoldResult : byte
{
    /// <summary>It is held.</summary>
    Held = 1,

    /// <summary>Another call had this request id.</summary>
    RequestIdReused = 2,

    /// <summary>Another owner holds it.</summary>
    HeldByOther = 3,

    /// <summary>As many are held as a customer may have.</summary>
    NoRoom = 4,

    /// <summary>The catalogue does not, or no longer, have the action, the placement, or a treatment of the one for the other.</summary>
    NotOffered = 5,

    /// <summary>Nothing was ever heard of the customer.</summary>
    UnknownCustomer = 6,
}

/// <summary>A hold, or why there is none.</summary>
/// <param name="Result">What became of the order.</param>
/// <param name="Contact">The hold's id; of another owner's, theirs.</param>
/// <param name="Owner">Who holds it.</param>
/// <param name="ExpiresAtMs">When it ends by itself, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.hold-answer")]
public readonly record struct HoldAnswer(
    [property: Id(0)] HoldResult Result, [property: Id(1)] ContactId Contact = default, [property: Id(2)] string Owner = "",
    [property: Id(3)] long ExpiresAtMs = 0);
