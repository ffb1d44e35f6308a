namespace Zhice.SystemTests.Faults;

/// <summary>The tests under failure: one after another, and beside no others, as each loads the whole machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultTests
{
    public const string Name = "faults";

    /// <summary>Within which time the grid serves again after a fault that ended.</summary>
    public static readonly TimeSpan ServedAgainWithin = TimeSpan.FromSeconds(20);
}
