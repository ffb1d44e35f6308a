using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Broadcasts;
using Zhice.Contracts.Stops;

namespace Zhice.Contracts.Following;

/// <summary>Follows the stops: this process decides by each change as soon as the board has it.</summary>
internal sealed class StopFollower(
    IGrainFactory grains, CatalogFollower catalogs, IServiceProvider services, IHostApplicationLifetime lifetime,
    ILogger<StopFollower> logger)
    : BroadcastFollower<StopListVersion>(services, lifetime, logger)
{
    protected override Task<StopListVersion?> WaitForOther(string silo, long heeded, CancellationToken cancellation) =>
        grains.GetGrain<IStopBroadcastGrain>(IStopBroadcastGrain.Key).WaitForOther(silo, heeded, cancellation);

    protected override ValueTask<long> ApplyAsync(StopListVersion board, long askedAt, CancellationToken cancellation)
    {
        catalogs.Apply(new(board.Stops, board.WaitingCampaigns, board.Recalls), askedAt);
        BoardLog.StopsInForce(logger, board.Version, board.Stops.Length);
        return ValueTask.FromResult(board.Version);
    }

    protected override void ConfirmApplied(long askedAt) => catalogs.ConfirmStops(askedAt);
}
