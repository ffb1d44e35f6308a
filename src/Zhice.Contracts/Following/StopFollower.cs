using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Broadcasts;
using Zhice.Contracts.Stops;

namespace Zhice.Contracts.Following;

/// <summary>Follows the stops: this process decides by each change as soon as the board has it.</summary>
internal sealed class StopFollower(
    IGrainFactory grains, CatalogFollower catalogs, IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<StopFollower> logger)
    : BroadcastFollower<StopBoard>(services, lifetime, logger)
{
    protected override Task<StopBoard?> WaitForOther(string silo, long heeded, CancellationToken cancellation) =>
        grains.GetGrain<IStopBroadcastGrain>(IStopBroadcastGrain.Key).WaitForOther(silo, heeded, cancellation);

    protected override ValueTask<long> HeedAsync(StopBoard board, long askedAt, CancellationToken cancellation)
    {
        catalogs.Heed(new(board.Stops, board.WaitingCampaigns, board.Recalls), askedAt);
        BoardLog.StopsInForce(logger, board.Version, board.Stops.Length);
        return ValueTask.FromResult(board.Version);
    }

    protected override void HeedStill(long askedAt) => catalogs.HeedStill(askedAt);
}
