using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;

namespace Zhice.Grains.Spreading;

/// <summary>
/// Moves the grains whose buckets another silo has by now there, one look after the silos have last changed: so silos
/// that join get their share. The runtime itself leaves a grain where it is.
/// </summary>
internal sealed class GrainSpreading(
    SpreadGrains grains, BucketDirector director, ISiloStatusOracle oracle, SpreadingOptions options, TimeProvider clock,
    ILogger<GrainSpreading> log)
    : BackgroundService
{
    // A bucket is read by its next silo before it moves: so many together, that a page read for one serves others.
    private const int AtOnce = 16;

    private static readonly TimeSpan MaxMove = TimeSpan.FromSeconds(30);

    private HashSet<SiloAddress> _known = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await LookAsync(stoppingToken);
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    GrainsLog.GrainsNotSpread(log, fault);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        HashSet<SiloAddress> active = [.. oracle.GetApproximateSiloStatuses(onlyActive: true).Keys];
        var isSettled = active.SetEquals(_known);
        _known = active;
        if (!isSettled || !active.Contains(oracle.SiloAddress))
        {
            return;
        }

        var moved = 0;
        var away = grains.All.Select(grain =>
            (Grain: grain, To: director.FindOwner(BucketAllocation.GetBucket(grain.GrainContext.GrainId), active)))
            .Where(move => !move.To.Equals(oracle.SiloAddress)).ToList();
        await Parallel.ForEachAsync(away, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping }, async (move, cancellation) =>
        {
            try
            {
                await move.Grain.PrepareToMoveAsync(move.To);
                move.Grain.GrainContext.Migrate(new() { [IPlacementDirector.PlacementHintKey] = move.To }, cancellation);
                await move.Grain.GrainContext.Deactivated.WaitAsync(MaxMove, clock, cancellation);
                Interlocked.Increment(ref moved);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                // It stays, and is looked at again.
                GrainsLog.GrainNotMoved(log, move.Grain.GrainContext.GrainId, move.To, fault);
            }
        });
        if (moved > 0)
        {
            GrainsLog.GrainsSpread(log, moved);
        }
    }
}

/// <summary>How grains spread over silos.</summary>
internal sealed record SpreadingOptions
{
    /// <summary>The time between two looks; grains move when two looks found the same silos.</summary>
    /// <value>Above 0; 5 s by default.</value>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(5);
}
