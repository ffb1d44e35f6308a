using System.Diagnostics;

namespace Zhice.Bench.Running;

/// <summary>
/// Calls at a rate that does not heed how fast answers come, as customers do. Each call's time is counted from when it
/// was due, so a stall is seen by all the calls that it held up (no coordinated omission).
/// </summary>
internal static class OpenLoop
{
    /// <param name="perSecond">How many calls a second; their gaps are random, as of independent customers.</param>
    /// <param name="length">For how long.</param>
    /// <param name="call">The n-th call.</param>
    public static async Task<Latencies> RunAsync(double perSecond, TimeSpan length, Func<int, Task> call)
    {
        var chance = new Random(1);
        var tookMs = new double[(int)(perSecond * length.TotalSeconds)];
        var calls = new Task[tookMs.Length];
        var clock = Stopwatch.StartNew();
        var dueMs = 0.0;
        for (var n = 0; n < calls.Length; n++)
        {
            dueMs += -Math.Log(1 - chance.NextDouble()) * 1000 / perSecond;
            while (clock.Elapsed.TotalMilliseconds < dueMs)
            {
                await Task.Delay(1);
            }

            calls[n] = OneAsync(n, dueMs);
        }

        await Task.WhenAll(calls);
        return new(tookMs);

        async Task OneAsync(int n, double due)
        {
            await call(n);
            tookMs[n] = clock.Elapsed.TotalMilliseconds - due;
        }
    }
}
