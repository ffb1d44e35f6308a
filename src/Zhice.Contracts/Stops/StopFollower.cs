using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Stops;

namespace Zhice.Contracts.Stops;

/// <summary>Follows the stops: this process decides by each change as soon as the board has it, and says so to the board by asking for the next.</summary>
internal sealed partial class StopFollower(
    IGrainFactory grains, CatalogFollower catalogs, IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<StopFollower> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The silo may be stopped before this service is, and would wait for the call.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        var silo = services.GetService<ILocalSiloDetails>()?.SiloAddress.ToParsableString() ?? "";
        for (var heeded = 0L; !stopping.IsCancellationRequested;)
        {
            try
            {
                if (await grains.GetGrain<IStopBoardGrain>(IStopBoardGrain.Key).WaitForOther(silo, heeded, stopping.Token) is { } board)
                {
                    catalogs.Heed(new StopSet(board.Stops, board.WaitingCampaigns, board.Recalls));
                    heeded = board.Version;
                    InForce(logger, board.Version, board.Stops.Length);
                }
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // What was heeded last stays in force.
                NotReached(logger, fault);
                await Task.Delay(Pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(3, LogLevel.Information, "Version {Version} of the stops is in force: {Stops} stops.")]
    private static partial void InForce(ILogger logger, long version, int stops);

    [LoggerMessage(4, LogLevel.Warning, "The board of stops did not answer; asking again.")]
    private static partial void NotReached(ILogger logger, Exception fault);
}
