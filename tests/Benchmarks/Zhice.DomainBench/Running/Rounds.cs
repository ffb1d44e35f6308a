using System.Diagnostics;
using Zhice.Bench.Running;

namespace Zhice.DomainBench.Running;

/// <summary>Measures a short piece of work in rounds, after it ran long enough to be compiled for good.</summary>
internal static class Rounds
{
    private const int Count = 15;

    /// <summary>The nanoseconds of one of the repetitions, and the bytes that one allocates.</summary>
    /// <param name="repetitions">How often <paramref name="work"/> repeats what is measured; 10 to 100 ms in all.</param>
    /// <param name="work">Repeats it so often.</param>
    public static (Spread Nanoseconds, double Bytes) Measure(int repetitions, Action<int> work)
    {
        // Tiers of the compiler: the code is replaced in the background while it runs.
        for (var warm = Stopwatch.StartNew(); warm.ElapsedMilliseconds < 1500;)
        {
            work(Math.Max(1, repetitions / 100));
        }

        var rounds = new double[Count];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work(repetitions);
            rounds[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / repetitions;
        }

        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return (Spread.Of(rounds), (double)bytes / Count / repetitions);
    }
}
