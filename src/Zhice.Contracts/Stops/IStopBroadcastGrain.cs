using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Domain.Stops;

namespace Zhice.Contracts.Stops;

/// <summary>Keeps what is stopped and tells the silos of each change. It calls no other grain, for campaigns call it.</summary>
[Alias("zhice.stop-board")]
public interface IStopBroadcastGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "stops";

    /// <summary>Sets a stop; one that is in force stays as it is. It answers once the silos heed it, or after a second.</summary>
    [Alias("Set")]
    ValueTask<StopAnswer> Set(Stop stop);

    /// <summary>Lifts a stop; one that is not in force changes nothing. It answers once the silos heed it, or after a second.</summary>
    [Alias("Lift")]
    ValueTask<StopAnswer> Lift(StopKind kind, string targetId, string actor, string comment);

    /// <summary>Lifts a stop that was set at an instant; one that was set at another stays in force.</summary>
    /// <param name="stop">What is lifted, who lifts it, why, and <see cref="Stop.AtMs"/> of the stop that is lifted.</param>
    [Alias("LiftSetAt")]
    ValueTask<StopAnswer> LiftSetAt(Stop stop);

    /// <summary>Says what becomes of the contacts of a campaign that wait. It answers once the silos heed it, or after a second.</summary>
    /// <param name="campaignId">The campaign.</param>
    /// <param name="queue">Whether they go.</param>
    /// <param name="recalledBeforeMs">Those that were decided before it are void, unix milliseconds; 0 for none.</param>
    [Alias("NoteCampaign")]
    ValueTask NoteCampaign(string campaignId, CampaignQueue queue, long recalledBeforeMs);

    /// <summary>What is stopped, and who changed it when.</summary>
    [AlwaysInterleave, Alias("Find")]
    ValueTask<StopListVersion> Find();

    /// <summary>What is stopped as soon as it is another version than the caller heeds, or null after some seconds.</summary>
    /// <param name="silo">The silo that asks; empty for a client.</param>
    /// <param name="heeded">The version that it decides by; 0 for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [AlwaysInterleave, Alias("WaitForOther")]
    Task<StopListVersion?> WaitForOther(string silo, long heeded, CancellationToken cancellation);
}

/// <summary>What is stopped, in one version of it.</summary>
[GenerateSerializer, Immutable, Alias("zhice.stop-board-state")]
public sealed record StopListVersion
{
    /// <summary>Counts the changes, from 1.</summary>
    [Id(0)]
    public long Version { get; init; } = 1;

    /// <summary>The stops in force, the newest first.</summary>
    [Id(1)]
    public ImmutableArray<Stop> Stops { get; init; } = [];

    /// <summary>The campaigns whose contacts wait.</summary>
    [Id(2)]
    public ImmutableArray<string> WaitingCampaigns { get; init; } = [];

    /// <summary>The campaigns whose contacts are recalled.</summary>
    [Id(3)]
    public ImmutableArray<CampaignRecall> Recalls { get; init; } = [];

    /// <summary>Who set and lifted what, the newest first.</summary>
    [Id(4)]
    public ImmutableArray<StopEntry> Log { get; init; } = [];
}

/// <summary>A stop that was set or lifted.</summary>
/// <param name="IsSet">Whether it was set; else it was lifted.</param>
/// <param name="Change">The stop, with who changed it, why and when.</param>
[GenerateSerializer, Immutable, Alias("zhice.stop-entry")]
public sealed record StopEntry([property: Id(0)] bool IsSet, [property: Id(1)] Stop Change);

/// <summary>What a change of the stops came to.</summary>
/// <param name="IsChanged">False: it was so before.</param>
/// <param name="Board">What is stopped now.</param>
/// <param name="AppliedSilos">How many silos heed it.</param>
/// <param name="AllSilos">How many silos there are.</param>
[GenerateSerializer, Immutable, Alias("zhice.stop-answer")]
public sealed record StopAnswer(
    [property: Id(0)] bool IsChanged, [property: Id(1)] StopListVersion Board, [property: Id(2)] int AppliedSilos,
    [property: Id(3)] int AllSilos);
