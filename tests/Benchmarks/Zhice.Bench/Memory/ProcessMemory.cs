using System.Globalization;

namespace Zhice.Bench.Memory;

/// <summary>What this process holds, in bytes.</summary>
/// <param name="Heap">Live objects after a full, blocking, compacting collection.</param>
/// <param name="Resident">Resident set after it.</param>
/// <param name="ResidentBefore">Resident set before it: what an operator sees.</param>
internal readonly record struct ProcessMemory(long Heap, long Resident, long ResidentBefore)
{
    public static ProcessMemory Measure()
    {
        var before = ReadResident();
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new(GC.GetTotalMemory(forceFullCollection: false), ReadResident(), before);
    }

    private static long ReadResident()
    {
        const string Key = "VmRSS:";
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Key, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(Key.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
