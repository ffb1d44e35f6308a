using System.Collections.Immutable;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Decisions.Checks;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Contracts.Customers;

/// <summary>Asks what to say.</summary>
/// <param name="PlacementId">The placement, which the catalogue has.</param>
/// <param name="Limit">How many at the most, 1 to 50.</param>
/// <param name="Context">Facts of this moment.</param>
/// <param name="RequestId">The caller's id; empty for none.</param>
/// <param name="BodyHash">A hash of what is asked, to tell a repeat from another call under the same id.</param>
/// <param name="IsNonPersonalized">Whether nothing of the profile may be used, whatever the customer said.</param>
/// <param name="FromSilo">The silo that the caller reached, as <see cref="ILocalCustomers.Silo"/> has it; 0: none.</param>
[GenerateSerializer, Immutable, Alias("zhice.recommend-query")]
public sealed record RecommendQuery(
    [property: Id(0)] string PlacementId,
    [property: Id(1)] int Limit,
    [property: Id(2)] ImmutableArray<ContextTag> Context,
    [property: Id(3)] string RequestId,
    [property: Id(4)] ulong BodyHash,
    [property: Id(5)] bool IsNonPersonalized = false,
    [property: Id(6)] int FromSilo = 0);

/// <summary>A decision with all checks that were made for it.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Checks">
/// The checks on each candidate; empty when what the decision was made of is no longer known: the customer has changed
/// since, and the log does not have it.
/// </param>
[GenerateSerializer, Immutable, Alias("zhice.explained-decision")]
public sealed record ExplainedDecision([property: Id(0)] Decision Decision, [property: Id(1)] ImmutableArray<ActionChecks> Checks)
{
    /// <summary>The probability that each offered action was shown at its rank, best first; empty: it is not known.</summary>
    [Id(2)]
    public ImmutableArray<float> ShownProbabilities { get; init; } = [];
}

/// <summary>A decision that was made again.</summary>
/// <param name="Logged">As it was.</param>
/// <param name="Again">As it comes out now.</param>
/// <param name="IsSame">Whether both say the same, to the last bit.</param>
[GenerateSerializer, Immutable, Alias("zhice.replayed-decision")]
public sealed record ReplayedDecision([property: Id(0)] Decision Logged, [property: Id(1)] Decision Again, [property: Id(2)] bool IsSame);

/// <summary>A decision that counts, or why there is none.</summary>
[GenerateSerializer, Immutable, Alias("zhice.recommend-answer")]
public sealed record RecommendAnswer(
    [property: Id(0)] ChangeOutcome Outcome, [property: Id(1)] Decision? Decision);

/// <summary>Changes tags.</summary>
[GenerateSerializer, Immutable, Alias("zhice.tag-update")]
public sealed record TagUpdate(
    [property: Id(0)] ImmutableArray<TagChange> Changes,
    [property: Id(1)] string RequestId,
    [property: Id(2)] ulong BodyHash,
    [property: Id(3)] TagSource Source);

/// <summary>Deletes tags.</summary>
/// <param name="Tags">The numbers of the tags.</param>
/// <param name="IsAll">Whether all tags go, also those that the catalogue no longer defines.</param>
/// <param name="RequestId">The caller's id; empty for none.</param>
/// <param name="BodyHash">A hash of what is asked.</param>
[GenerateSerializer, Immutable, Alias("zhice.tag-deletion")]
public sealed record TagDeletion(
    [property: Id(0)] ImmutableArray<ushort> Tags, [property: Id(1)] bool IsAll, [property: Id(2)] string RequestId,
    [property: Id(3)] ulong BodyHash);

/// <summary>Notes what the customer allows or refuses.</summary>
[GenerateSerializer, Immutable, Alias("zhice.consent-update")]
public sealed record ConsentUpdate(
    [property: Id(0)] ushort Channel,
    [property: Id(1)] Purpose Purpose,
    [property: Id(2)] bool IsGranted,
    [property: Id(3)] string RequestId,
    [property: Id(4)] ulong BodyHash)
{
    /// <summary>When it was said, unix milliseconds; null: now.</summary>
    [Id(5)]
    public long? AtMs { get; init; }

    /// <summary>How the bank heard it.</summary>
    [Id(6)]
    public ConsentSource Source { get; init; }

    /// <summary>What proves it; empty: nothing was said.</summary>
    [Id(7)]
    public string EvidenceId { get; init; } = "";

    /// <summary>Who recorded it; empty: nobody was named.</summary>
    [Id(8)]
    public string Actor { get; init; } = "";
}

/// <summary>What became of a change.</summary>
[GenerateSerializer, Alias("zhice.change-outcome")]
public enum ChangeOutcome : byte
{
    /// <summary>It is made, durably, now or by an earlier call with this request id.</summary>
    Made,

    /// <summary>An earlier call with this request id asked for something else.</summary>
    RequestIdReused,

    /// <summary>An increment would leave the range of its tag; nothing is changed.</summary>
    OutOfRange,
}

/// <summary>What became of a change, and the version of the state that has it.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Version">The version of the state that has it.</param>
/// <param name="Fault">Which of the changes, from 0, went out of range.</param>
[GenerateSerializer, Immutable, Alias("zhice.change-answer")]
public readonly record struct ChangeAnswer(
    [property: Id(0)] ChangeOutcome Outcome, [property: Id(1)] long Version, [property: Id(2)] int Fault);

/// <summary>A customer's committed state, to be read only.</summary>
[GenerateSerializer, Immutable, Alias("zhice.customer-record")]
public sealed record CustomerRecord([property: Id(0)] CustomerState State, [property: Id(1)] long Version);
