using System.IO.Hashing;
using System.Runtime.InteropServices;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Simulations;

/// <summary>Names the decisions of a simulation.</summary>
public static class SimulatedDecision
{
    /// <summary>
    /// The id of a customer's decision: where a placement explores, it draws. Each customer draws for oneself, as in life,
    /// and the same by every catalogue, so that what differs between two is the catalogues' doing (common random numbers).
    /// </summary>
    /// <param name="nowMs">The simulation's instant, unix milliseconds.</param>
    /// <param name="placement">The placement's number.</param>
    /// <param name="customerId">The customer.</param>
    public static DecisionId CreateId(long nowMs, ushort placement, string customerId)
    {
        var high = ((ulong)nowMs << 16) | placement;
        return new(high, XxHash3.HashToUInt64(MemoryMarshal.AsBytes(customerId.AsSpan()), (long)high));
    }
}
