using System.Collections.Immutable;
using Orleans;
using Zhice.Domain.Primitives;

namespace Zhice.Contracts.Audiences;

/// <summary>What is asked of some customers of a bucket.</summary>
/// <param name="Customers">The hashes of their ids (<see cref="CustomerBucket.Hash"/>), each once.</param>
/// <param name="TagId">The tag whose value is asked for; empty for none.</param>
/// <param name="Condition">A condition of an audience; empty for none.</param>
/// <param name="NowMs">As of when, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.bucket-values-question")]
public sealed record BucketValuesQuestion(
    [property: Id(0)] ImmutableArray<ulong> Customers, [property: Id(1)] string TagId, [property: Id(2)] string Condition,
    [property: Id(3)] long NowMs);

/// <summary>What the index knows of a customer; nothing of one whose state it does not have, or who refused that the profile is used.</summary>
/// <param name="Bits">The bits of the tag's value; null for none.</param>
/// <param name="Holds">Whether the condition holds; null where it is not known.</param>
[GenerateSerializer, Immutable, Alias("zhice.customer-value")]
public readonly record struct CustomerValue([property: Id(0)] long? Bits, [property: Id(1)] bool? Holds);
