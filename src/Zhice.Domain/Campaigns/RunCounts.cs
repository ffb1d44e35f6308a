using System.Collections.Immutable;
using Orleans;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Campaigns;

/// <summary>What became of a customer, for counting.</summary>
/// <param name="Outcome">What came of the turn.</param>
/// <param name="Reason">Why one was blocked.</param>
/// <param name="RuleId">What blocked; empty for none.</param>
/// <param name="PlacementId">Where one was contacted; empty for not.</param>
/// <param name="ArmId">The arm; empty for none.</param>
[GenerateSerializer, Immutable, Alias("zhice.turn-kind")]
public readonly record struct ContactResult(
    [property: Id(0)] EvaluationOutcome Outcome,
    [property: Id(1)] ReasonCode Reason,
    [property: Id(2)] string RuleId,
    [property: Id(3)] string PlacementId,
    [property: Id(4)] string ArmId)
{
    /// <summary>When it is not the time: from when on the customer is to be asked again, unix milliseconds; 0: that is not known.</summary>
    [Id(5)]
    public long OpensAtMs { get; init; }

    /// <summary>The kind of what is counted without more.</summary>
    public static ContactResult From(EvaluationOutcome outcome) => new(outcome, 0, "", "", "");
}

/// <summary>How many customers of a run went which way. It never changes: adding makes another.</summary>
[GenerateSerializer, Immutable, Alias("zhice.run-counts")]
public sealed record RunCounts([property: Id(0)] ImmutableDictionary<ContactResult, long> Turns)
{
    /// <summary>Nobody yet.</summary>
    public static RunCounts None { get; } = new(ImmutableDictionary<ContactResult, long>.Empty);

    /// <summary>All who had their turn.</summary>
    public long Matched => Turns.Values.Sum();

    /// <summary>Those who were contacted.</summary>
    public long Contacted => Count(EvaluationOutcome.Contacted);

    /// <summary>How many had an outcome.</summary>
    public long Count(EvaluationOutcome outcome) => Turns.Where(each => each.Key.Outcome == outcome).Sum(static each => each.Value);

    /// <summary>With one more.</summary>
    public RunCounts With(ContactResult kind, long customers = 1) => new(Turns.SetItem(kind, Turns.GetValueOrDefault(kind) + customers));

    /// <summary>These less others that are part of them.</summary>
    public RunCounts Without(RunCounts part) => part.Turns.Aggregate(this, static (sum, each) => sum.With(each.Key, -each.Value));

    /// <summary>Both together.</summary>
    public RunCounts With(RunCounts more) => more.Turns.Aggregate(this, static (sum, each) => sum.With(each.Key, each.Value));
}
