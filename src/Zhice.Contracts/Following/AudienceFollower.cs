using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Broadcasts;

namespace Zhice.Contracts.Following;

/// <summary>Follows the uploaded audiences that do-not-contact lists name: this silo decides by a version once it has read it.</summary>
internal sealed class AudienceFollower(
    IGrainFactory grains, CatalogFollower catalogs, IServiceProvider services, IHostApplicationLifetime lifetime,
    ILogger<AudienceFollower> logger)
    : BroadcastFollower<AudienceListVersions>(services, lifetime, logger)
{
    protected override Task<AudienceListVersions?> WaitForOther(string silo, long heeded, CancellationToken cancellation) =>
        grains.GetGrain<IAudienceBroadcastGrain>(IAudienceBroadcastGrain.Key).WaitForOther(silo, heeded, cancellation);

    protected override async ValueTask<long> ApplyAsync(AudienceListVersions board, long askedAt, CancellationToken cancellation)
    {
        var named = await catalogs.ApplyAsync(board, cancellation);
        BoardLog.AudiencesInForce(logger, board.Version, named);
        return board.Version;
    }
}
