using System.Diagnostics;

namespace Zhice.SystemTests.Faults.Load;

/// <summary>Waits for what is to come about.</summary>
internal static class Waiting
{
    /// <exception cref="TimeoutException">It did not come about in time; says how far it came.</exception>
    public static async Task<TimeSpan> UntilAsync(Func<bool> holds, TimeSpan longest, Func<string> state)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            if (watch.Elapsed > longest)
            {
                throw new TimeoutException($"Not within {longest.TotalSeconds:0} s: {state()}.");
            }

            await Task.Delay(20);
        }

        return watch.Elapsed;
    }
}
