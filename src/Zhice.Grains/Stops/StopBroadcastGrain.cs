using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Zhice.Contracts.Stops;
using Zhice.Domain.Stops;
using Zhice.Grains.Broadcasts;

namespace Zhice.Grains.Stops;

/// <summary>Keeps what is stopped and tells the silos of each change.</summary>
[GrainType(Type)]
internal sealed class StopBroadcastGrain(
    [PersistentState("state", GrainStorageNames.Definitions)] IPersistentState<StopsStored> stored,
    StopReading reading, ISiloStatusOracle silos, IHostApplicationLifetime lifetime, TimeProvider clock) : Grain, IStopBroadcastGrain
{
    /// <summary>The type of the grain, as the store knows it.</summary>
    public const string Type = "stopboard";

    private const int MaximumLog = 500;

    // A contact lives 30 days at most, and as long again as a dead letter, twice.
    private static readonly TimeSpan RecallAge = TimeSpan.FromDays(100);

    private static readonly TimeSpan MaxApplying = TimeSpan.FromSeconds(1);

    // A silo that asked longer ago than a stop is waited for reads the stops itself: so it asks several times a second.
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(250);

    private readonly AppliedSilos _applied = new(silos, lifetime, clock, MaxWait);
    private StopListVersion _current = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _current = stored.State.Board ?? _current;
        return Task.CompletedTask;
    }

    public async ValueTask<StopAnswer> Set(Stop stop)
    {
        var isNew = _current.Stops.All(other => !IsSame(other, stop));
        if (isNew)
        {
            // Its time is that by which it is lifted: whatever the clocks of hosts say, no two stops of one target have the same.
            var before = _current.Log.FirstOrDefault(entry => entry.IsSet && IsSame(entry.Change, stop))?.Change.AtMs ?? 0;
            stop = stop with { AtMs = Math.Max(stop.AtMs, before + 1) };
            await Commit(Logged(true, stop) with { Stops = [stop, .. _current.Stops] });
        }

        return await AnswerAsync(isNew);
    }

    public ValueTask<StopAnswer> Lift(StopKind kind, string targetId, string actor, string comment) =>
        LiftAsync(new(kind, targetId, actor, comment, NowMs), static _ => true);

    public ValueTask<StopAnswer> LiftSetAt(Stop stop) => LiftAsync(stop with { AtMs = NowMs }, set => set.AtMs == stop.AtMs);

    public async ValueTask NoteCampaign(string campaignId, CampaignQueue queue, long recalledBeforeMs)
    {
        var isWaiting = _current.WaitingCampaigns.Contains(campaignId);
        var recalled = _current.Recalls.FirstOrDefault(recall => recall.CampaignId == campaignId).BeforeMs;
        if (isWaiting == (queue == CampaignQueue.Waits) && recalledBeforeMs <= recalled)
        {
            return;
        }

        var old = NowMs - (long)RecallAge.TotalMilliseconds;
        var recalls = _current.Recalls.RemoveAll(recall => recall.BeforeMs < old || recall.CampaignId == campaignId);
        var waiting = _current.WaitingCampaigns.Remove(campaignId);
        await Commit(_current with
        {
            WaitingCampaigns = queue == CampaignQueue.Waits ? waiting.Add(campaignId) : waiting,
            Recalls = Math.Max(recalled, recalledBeforeMs) is > 0 and var beforeMs ? recalls.Add(new(campaignId, beforeMs)) : recalls,
        });
        await AnswerAsync(true);
    }

    public ValueTask<StopListVersion> Find() => ValueTask.FromResult(_current);

    public async Task<StopListVersion?> WaitForOther(string silo, long heeded, CancellationToken cancellation)
    {
        var askedAt = Stopwatch.GetTimestamp();
        await _applied.WaitForOtherAsync(silo, heeded, _current.Version, cancellation);

        // A silo that was given up and does not know it yet may have an activation of its own, to which no stop comes any more.
        var board = _current.Version == heeded ? await reading.ReadSinceAsync(askedAt) : _current;
        return board.Version == heeded ? null : board;
    }

    private async ValueTask<StopAnswer> LiftAsync(Stop change, Func<Stop, bool> isMeant)
    {
        var left = _current.Stops.RemoveAll(stop => IsSame(stop, change) && isMeant(stop));
        var isChanged = left.Length < _current.Stops.Length;
        if (isChanged)
        {
            await Commit(Logged(false, change) with { Stops = left });
        }

        return await AnswerAsync(isChanged);
    }

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static bool IsSame(Stop one, Stop other) => (one.Kind, one.TargetId) == (other.Kind, other.TargetId);

    private StopListVersion Logged(bool isSet, Stop change) =>
        _current with { Log = [new(isSet, change), .. _current.Log.Take(MaximumLog - 1)] };

    private async Task Commit(StopListVersion next)
    {
        next = next with { Version = _current.Version + 1 };
        try
        {
            await stored.CommitAsync(new StopsStored { Board = next }, GrainContext);
            _current = next;
        }
        finally
        {
            // After a failure too: this activation goes once nobody waits at it any more.
            _applied.Notify();
        }
    }

    // Once all silos heed what is stopped now, or a second later: then those that do not are told of.
    private async ValueTask<StopAnswer> AnswerAsync(bool isChanged)
    {
        var answer = await _applied.UntilAppliedAsync(_current.Version, MaxApplying, MaxApplying);
        return new(isChanged, _current, answer.AppliedSilos, answer.AllSilos);
    }
}

/// <summary>What is kept of the stops.</summary>
[GenerateSerializer, Alias("zhice.stops-stored")]
internal sealed class StopsStored
{
    [Id(0)]
    public StopListVersion? Board { get; init; }
}
