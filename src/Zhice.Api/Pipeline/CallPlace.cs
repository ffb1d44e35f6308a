using Zhice.Api.Calls;
using Zhice.Api.Identity;

namespace Zhice.Api.Pipeline;

/// <summary>The place of a call that was let in: at the gate of its class, and in the share of its caller.</summary>
/// <param name="Gate">The gate; null for calls that are always let in.</param>
/// <param name="Share">The share; null for a caller without limits.</param>
internal readonly record struct CallPlace(CallGate? Gate, CallerShare? Share)
{
    /// <summary>The call ended.</summary>
    public void Leave()
    {
        Gate?.Leave();
        Share?.Leave((int)Gate!.Class);
    }
}
