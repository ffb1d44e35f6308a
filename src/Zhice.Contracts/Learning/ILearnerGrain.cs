using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Zhice.Contracts.Learning;

/// <summary>Learns who accepts an action; keyed by the action's id.</summary>
[Alias("zhice.learner")]
public interface ILearnerGrain : IGrainWithStringKey
{
    /// <summary>Learns from an answer to a contact. Snapshots are durable within 2 seconds.</summary>
    [OneWay, Alias("Learn")]
    ValueTask Learn(Lesson lesson);

    /// <summary>Makes sure that the silo ranks with the model.</summary>
    [Alias("Load")]
    ValueTask Load();
}

/// <summary>An answer to a contact, with what was known of the customer when it was decided.</summary>
/// <param name="Features">The hashed features at the decision.</param>
/// <param name="IsAccepted">True: accepted; false: dismissed.</param>
[GenerateSerializer, Immutable, Alias("zhice.lesson")]
public sealed record Lesson([property: Id(0)] ImmutableArray<ushort> Features, [property: Id(1)] bool IsAccepted);
