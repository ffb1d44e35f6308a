namespace Zhice.SystemTests.Processes;

/// <summary>
/// A clock of the day that processes see in place of the machine's (https://github.com/wolfcw/libfaketime); their stopwatches go right.
/// </summary>
internal sealed class FakeClock : IDisposable
{
    public const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    private readonly string _file = Path.GetTempFileName();

    public FakeClock() => Set("+0");

    /// <summary>What a process is run by that sees this clock.</summary>
    public string[] RunBy => [.. Command, $"FAKETIME_TIMESTAMP_FILE={_file}", "FAKETIME_CACHE_DURATION=1"];

    /// <summary>What a process is run by whose clock is wrong for good, such as by +60s.</summary>
    public static string[] RunByWrong(string offset) => [.. Command, $"FAKETIME={offset}"];

    /// <summary>Sets it, such as -5s: within a second the processes see it.</summary>
    public void Set(string offset) => File.WriteAllText(_file, offset);

    public void Dispose() => File.Delete(_file);

    private static string[] Command => ["env", $"LD_PRELOAD={Library}", "FAKETIME_DONT_FAKE_MONOTONIC=1"];
}
