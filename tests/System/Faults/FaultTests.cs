namespace Zhice.SystemTests.Faults;

/// <summary>The tests under failure: one after another, and beside no others, as each loads the whole machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultTests
{
    public const string Name = "faults";

    /// <summary>
    /// Within which time the grid serves again after a fault that ended. On a machine that is busy with other things only
    /// what never heals is told: tests/Benchmarks/chaos.sh asks for 20 s.
    /// </summary>
    public static readonly TimeSpan ServedAgainWithin =
        TimeSpan.FromSeconds(
            int.TryParse(Environment.GetEnvironmentVariable("ZHICE_SERVED_AGAIN_SECONDS"), out var seconds) ? seconds : 150);
}
