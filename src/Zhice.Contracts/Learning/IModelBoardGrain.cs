using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Zhice.Contracts.Learning;

/// <summary>
/// Where learners pin their models and silos read them, one grain for the cluster; its key is "models". It keeps the
/// latest of each action in memory alone: what it forgets, the learners know.
/// </summary>
[Alias("zhice.model-board")]
public interface IModelBoardGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "models";

    /// <summary>Pins a model that is durable.</summary>
    [Alias("Publish")]
    ValueTask Publish(ModelSnapshot snapshot);

    /// <summary>What changed since a place on the board, as soon as anything did, or after some seconds.</summary>
    /// <param name="place">Where the caller stands; <see cref="BoardPlace.None"/> at first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [AlwaysInterleave, Alias("WaitForNews")]
    Task<ModelNews> WaitForNews(BoardPlace place, CancellationToken cancellation);
}

/// <summary>A place on the board.</summary>
/// <param name="Epoch">The life of the board: in another one it knows nothing of what was told before.</param>
/// <param name="Sequence">How much was pinned in that life.</param>
[GenerateSerializer, Immutable, Alias("zhice.board-place")]
public readonly record struct BoardPlace([property: Id(0)] Guid Epoch, [property: Id(1)] long Sequence)
{
    /// <summary>Before any board.</summary>
    public static BoardPlace None => default;
}

/// <summary>What changed on the board.</summary>
/// <param name="Place">Where the caller stands now.</param>
/// <param name="Snapshots">Of each action that changed, the latest.</param>
[GenerateSerializer, Immutable, Alias("zhice.model-news")]
public sealed record ModelNews([property: Id(0)] BoardPlace Place, [property: Id(1)] ImmutableArray<ModelSnapshot> Snapshots);
