using System.Diagnostics;

namespace Zhice.Bench.Running;

/// <summary>
/// Calls at a rate that does not heed how fast answers come, as customers do. Each call's time is counted from when it
/// was due, so a stall is seen by all the calls that it held up (no coordinated omission). No call is held on to once it
/// has ended: a list of them would make the collector copy what it should drop.
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
        var (left, ended) = (tookMs.Length, new TaskCompletionSource());
        var clock = Stopwatch.StartNew();
        var dueMs = 0.0;
        for (var n = 0; n < tookMs.Length; n++)
        {
            dueMs += -Math.Log(1 - chance.NextDouble()) * 1000 / perSecond;
            while (clock.Elapsed.TotalMilliseconds < dueMs)
            {
                await Task.Delay(1);
            }

            _ = OneAsync(n, dueMs);
        }

        await ended.Task;
        return new(tookMs);

        async Task OneAsync(int n, double due)
        {
            try
            {
                await call(n);
                tookMs[n] = clock.Elapsed.TotalMilliseconds - due;
            }
            catch (Exception fault)
            {
                ended.TrySetException(fault);
            }

            if (Interlocked.Decrement(ref left) == 0)
            {
                ended.TrySetResult();
            }
        }
    }
}
