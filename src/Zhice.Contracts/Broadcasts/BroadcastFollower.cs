using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Zhice.Contracts.Broadcasts;

/// <summary>How many silos go by what a board says.</summary>
/// <param name="AppliedSilos">How many heed it.</param>
/// <param name="AllSilos">How many there are.</param>
[GenerateSerializer, Immutable, Alias("zhice.heeding")]
public readonly record struct AppliedCount([property: Id(0)] int AppliedSilos, [property: Id(1)] int AllSilos);

/// <summary>
/// Follows a board: this process goes by each version as soon as the board has it, and says so to the board by asking for the next.
/// </summary>
internal abstract class BroadcastFollower<TBoard>(IServiceProvider services, IHostApplicationLifetime lifetime, ILogger logger)
    : BackgroundService
    where TBoard : class
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>What the board says as soon as it is another version than the silo heeds, or null after some seconds.</summary>
    protected abstract Task<TBoard?> WaitForOther(string silo, long heeded, CancellationToken cancellation);

    /// <summary>Goes by what the board says from now on.</summary>
    /// <param name="board">What it says.</param>
    /// <param name="askedAt">When it was asked, by the stopwatch.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The version that is heeded.</returns>
    protected abstract ValueTask<long> ApplyAsync(TBoard board, long askedAt, CancellationToken cancellation);

    /// <summary>The board said that it has no other version.</summary>
    /// <param name="askedAt">When it was asked, by the stopwatch.</param>
    protected virtual void ConfirmApplied(long askedAt)
    {
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The silo may be stopped before this service is, and would wait for the call.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        var silo = services.GetService<ILocalSiloDetails>()?.SiloAddress.ToParsableString() ?? "";
        for (var heeded = 0L; !stopping.IsCancellationRequested;)
        {
            try
            {
                var askedAt = Stopwatch.GetTimestamp();
                if (await WaitForOther(silo, heeded, stopping.Token) is { } board)
                {
                    heeded = await ApplyAsync(board, askedAt, stopping.Token);
                }
                else
                {
                    ConfirmApplied(askedAt);
                }
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // What was heeded last stays in force.
                BoardLog.NotFollowed(logger, typeof(TBoard).Name, fault);
                await Task.Delay(Pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}

/// <summary>What followers of boards log.</summary>
internal static partial class BoardLog
{
    [LoggerMessage(3, LogLevel.Information, "Version {Version} of the stops is in force: {Stops} stops.")]
    public static partial void StopsInForce(ILogger logger, long version, int stops);

    [LoggerMessage(4, LogLevel.Warning, "{Board} could not be followed; asking again.")]
    public static partial void NotFollowed(ILogger logger, string board, Exception fault);

    [LoggerMessage(
        5, LogLevel.Information, "Version {Version} of the uploaded audiences is in force; do-not-contact lists name {Named} of them.")]
    public static partial void AudiencesInForce(ILogger logger, long version, int named);
}
