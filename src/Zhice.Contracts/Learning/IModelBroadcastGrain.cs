using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Zhice.Contracts.Learning;

/// <summary>
/// Where learners pin what they learned and silos read it, one grain for the cluster; its key is "models". It keeps the last
/// steps of each action in memory alone: what it forgets, the learners know.
/// </summary>
[Alias("zhice.model-board")]
public interface IModelBroadcastGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "models";

    /// <summary>Pins a model that is durable.</summary>
    [Alias("Publish")]
    ValueTask Publish(ModelSnapshot snapshot);

    /// <summary>Pins what a model has learned since it was pinned before, once it is durable.</summary>
    [Alias("PublishStep")]
    ValueTask PublishStep(ModelStep step);

    /// <summary>What changed since a place on the board, whole models; for silos that take no steps.</summary>
    /// <param name="place">Where the caller stands; <see cref="BroadcastPosition.None"/> at first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [AlwaysInterleave, Alias("WaitForNews")]
    Task<ModelUpdate> WaitForNews(BroadcastPosition place, CancellationToken cancellation);

    /// <summary>What changed since a place on the board, as soon as anything did, or after some seconds.</summary>
    /// <param name="place">Where the caller stands; <see cref="BroadcastPosition.None"/> at first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [AlwaysInterleave, Alias("WaitForSteps")]
    Task<ModelUpdate> WaitForSteps(BroadcastPosition place, CancellationToken cancellation);
}

/// <summary>A place on the board.</summary>
/// <param name="Epoch">The life of the board: in another one it knows nothing of what was told before.</param>
/// <param name="Sequence">How much was pinned in that life.</param>
[GenerateSerializer, Immutable, Alias("zhice.board-place")]
public readonly record struct BroadcastPosition([property: Id(0)] Guid Epoch, [property: Id(1)] long Sequence)
{
    /// <summary>Before any board.</summary>
    public static BroadcastPosition None => default;
}

/// <summary>What changed on the board.</summary>
/// <param name="Place">Where the caller stands now.</param>
/// <param name="Snapshots">Whole models that are new; they come before the steps.</param>
[GenerateSerializer, Immutable, Alias("zhice.model-news")]
public sealed record ModelUpdate([property: Id(0)] BroadcastPosition Place, [property: Id(1)] ImmutableArray<ModelSnapshot> Snapshots)
{
    /// <summary>
    /// What others have learned since, in order. Of a model that is not there yet, or lacks what came before, the learner has the whole.
    /// </summary>
    [Id(2)]
    public ImmutableArray<ModelStep> Steps { get; init; } = [];
}

/// <summary>What a model has learned from one version of it to another.</summary>
/// <param name="ActionId">Its action.</param>
/// <param name="From">The earlier version.</param>
/// <param name="Version">The version that it leads to.</param>
/// <param name="Bytes">As <see cref="Domain.Learning.ModelStepCodec"/> writes it.</param>
[GenerateSerializer, Immutable, Alias("zhice.model-step")]
public sealed record ModelStep(
    [property: Id(0)] string ActionId, [property: Id(1)] long From, [property: Id(2)] long Version, [property: Id(3)] byte[] Bytes);
