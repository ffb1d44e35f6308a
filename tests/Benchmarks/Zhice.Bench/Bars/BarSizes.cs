using Zhice.Case;

namespace Zhice.Bench.Bars;

/// <summary>How much a run measures.</summary>
/// <param name="Customers">How many the store has.</param>
/// <param name="Active">How many of them are called.</param>
/// <param name="Rounds">How often each thing is measured, by turns with what it is compared with.</param>
/// <param name="Length">How long a measurement takes.</param>
/// <param name="Soak">How long the soak takes.</param>
internal sealed record BarSizes(int Customers, int Active, int Rounds, TimeSpan Length, TimeSpan Soak)
{
    /// <summary>Those of the bars.</summary>
    public static BarSizes Full { get; } = new(1_000_000, 100_000, 5, TimeSpan.FromSeconds(4), TimeSpan.FromHours(1));

    /// <summary>Enough to see that all works.</summary>
    public static BarSizes Quick { get; } = new(20_000, 5_000, 2, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(24));

    public bool IsQuick => Rounds < Full.Rounds;

    /// <summary>The ids of the active customers, in no order.</summary>
    public string[] PickIds() => [.. ActiveCustomers.Pick(Active, Customers).Select(CaseCustomer.IdOf)];
}
