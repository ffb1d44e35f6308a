using System.Collections.Immutable;
using Orleans;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Decisions.Checks;

/// <summary>One check on an action, with what it looked at and how it came out.</summary>
/// <param name="Reason">What a failure means.</param>
/// <param name="RuleId">The rule, cap, holdout, experiment or other part of the policy; empty when it has no name.</param>
/// <param name="IsPassed">Whether the action passed it; one that lacks what it asks for does not.</param>
/// <param name="Inputs">What it looked at.</param>
/// <param name="Expression">What had to hold; empty when it is no expression.</param>
[GenerateSerializer, Immutable, Alias("zhice.check")]
public sealed record Check(
    [property: Id(0)] ReasonCode Reason,
    [property: Id(1)] string RuleId,
    [property: Id(2)] bool IsPassed,
    [property: Id(3)] ImmutableArray<CheckInput> Inputs,
    [property: Id(4)] string Expression = "");

/// <summary>What a check looked at.</summary>
/// <param name="Name">Its name: of a tag, or a word such as <c>used</c>.</param>
/// <param name="Value">Its value as text; null when the customer lacks it.</param>
[GenerateSerializer, Immutable, Alias("zhice.check-input")]
public readonly record struct CheckInput([property: Id(0)] string Name, [property: Id(1)] string? Value);

/// <summary>All checks on an action, and what moved its model most.</summary>
/// <param name="Action">The action's number.</param>
/// <param name="Checks">The checks, in the order in which they are made; one may have failed before others.</param>
/// <param name="Contributions">The largest contributions to the logit of the propensity, the largest first.</param>
/// <param name="ModelVersion">How many outcomes the model that they are read from had learned.</param>
[GenerateSerializer, Immutable, Alias("zhice.action-checks")]
public sealed record ActionChecks(
    [property: Id(0)] ushort Action,
    [property: Id(1)] ImmutableArray<Check> Checks,
    [property: Id(2)] ImmutableArray<Contribution> Contributions,
    [property: Id(3)] uint ModelVersion);
