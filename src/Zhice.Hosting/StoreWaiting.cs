using Zhice.Domain.Faults;

namespace Zhice.Hosting;

/// <summary>Waits at the start for a PostgreSQL that is not there yet.</summary>
public static class StoreWaiting
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenSentences = TimeSpan.FromSeconds(5);

    /// <summary>Takes a step until the store is there, and says every few seconds what it waits for.</summary>
    /// <exception cref="StartRefusedException">The store was away for longer than that.</exception>
    /// <exception cref="StoreUnfitException">The store is there, and this program cannot use it.</exception>
    public static async Task WaitAsync(Func<Task> step, TimeSpan maxWait, TimeProvider clock)
    {
        var begun = clock.GetTimestamp();
        var said = TimeSpan.MinValue;
        while (true)
        {
            try
            {
                await step();
                return;
            }
            catch (StoreUnavailableException fault)
            {
                var waited = clock.GetElapsedTime(begun);
                if (waited >= maxWait)
                {
                    throw new StartRefusedException(FormattableString.Invariant(
                        $"PostgreSQL was not there for {waited.TotalSeconds:0} s. {fault.Message} Zhice:StoreWait sets how long to wait."), fault);
                }

                if (said == TimeSpan.MinValue || waited - said >= BetweenSentences)
                {
                    said = waited;
                    await Console.Error.WriteLineAsync(FormattableString.Invariant(
                        $"Waiting for PostgreSQL, {(maxWait - waited).TotalSeconds:0} s more: {fault.Message}"));
                }

                await Task.Delay(Pause, clock);
            }
        }
    }
}
