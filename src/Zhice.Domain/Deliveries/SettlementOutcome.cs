using Orleans;

namespace Zhice.Domain.Deliveries;

/// <summary>What became of a settlement. The numbers are those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.report-outcome")]
public enum SettlementOutcome : byte
{
    /// <summary>It holds, durably.</summary>
    Settled = 1,

    /// <summary>The contact had come to its end before.</summary>
    Ended = 2,

    /// <summary>The lease is over, or was none.</summary>
    LeaseOver = 3,
}
