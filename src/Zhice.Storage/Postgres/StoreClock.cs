using Microsoft.Extensions.Logging;
using Zhice.Storage.Postgres.Connections;

namespace Zhice.Storage.Postgres;

/// <summary>
/// The time of the database, which all silos of a cluster go by: leases, expiries, stock and timers of one are those of all.
/// It was asked for last some seconds ago; since then it goes as long as this machine's stopwatch, so that setting the
/// machine's clock changes nothing.
/// </summary>
/// <param name="machine">The clock of this machine: its stopwatch, and its time until the database was asked.</param>
internal sealed class StoreClock(TimeProvider machine) : TimeProvider
{
    /// <summary>How far apart the two may be without being set: more than an answer takes, less than matters.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);

    /// <summary>From where on a clock that was set is told of.</summary>
    public static readonly TimeSpan Worth = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private volatile Reading _last = new(machine.GetUtcNow(), machine.GetTimestamp());

    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        var last = _last;
        return last.At + machine.GetElapsedTime(last.Timestamp);
    }

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>Asks the database.</summary>
    /// <returns>By how much this clock was wrong, if it was set.</returns>
    /// <exception cref="Domain.Faults.StoreUnavailableException">The store is away.</exception>
    public async Task<TimeSpan?> AskAsync(PostgresCalls calls)
    {
        // The first answer of a connection takes longer than those that follow.
        TimeSpan? wrong = null;
        for (var tries = 0; tries < 3; tries++)
        {
            var asked = machine.GetTimestamp();
            var answered = await calls.ReadAsync(
                "SELECT clock_timestamp()", static () => [], static row => new DateTimeOffset(row.GetDateTime(0)));
            var took = machine.GetElapsedTime(asked);
            if (took <= Tolerance || tries == 2)
            {
                var now = new Reading(answered[0] + (took / 2), machine.GetTimestamp());
                var by = now.At - GetUtcNow();
                if (by.Duration() > Tolerance + (took / 2))
                {
                    _last = now;
                    wrong = by;
                }

                break;
            }
        }

        return wrong;
    }

    /// <summary>Asks the database every few seconds, until it is cancelled.</summary>
    public async Task WatchAsync(PostgresCalls calls, ILogger logger, CancellationToken end)
    {
        using var timer = new PeriodicTimer(Pause, machine);
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                try
                {
                    if (await AskAsync(calls) is { } by && by.Duration() > Worth)
                    {
                        logger.ClockSet(by.TotalSeconds);
                    }
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    // The store is away, which others tell of; the stopwatch goes on.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The store is being closed.
        }
    }

    private sealed record Reading(DateTimeOffset At, long Timestamp);
}
