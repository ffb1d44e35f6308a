using System.Globalization;
using Microsoft.Extensions.Logging;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using RpcStatus = Google.Rpc.Status;

namespace Zhice.Api.Pipeline;

/// <summary>Lets calls in: each takes a place in the share of its caller and at the gate of its class, or is refused before it costs.</summary>
internal sealed class CallEntrance(CallGates gates, CallerShares shares, ILogger<CallEntrance> log)
{
    /// <summary>Lets a call in.</summary>
    /// <param name="gate">The gate of its class.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="method">The path of its method, for the log.</param>
    /// <param name="refusal">Why it is refused.</param>
    /// <returns>Its place, which it leaves when it ends; null when it is refused.</returns>
    public CallPlace? TryEnter(CallGate gate, Caller caller, string method, out RpcStatus? refusal)
    {
        refusal = null;
        CallerShare? share = null;
        if (!caller.IsDeveloper && (share = shares.TryEnter(caller, gate.Class, gate.Limit)) is null)
        {
            refusal = ApiError.Create(
                ErrorReasons.CallerOverShare,
                "The caller has too many calls under way, or begins too many a second; this one was not begun. Repeat it after the pause.",
                ("call_class", gate.CallClass));
            return null;
        }

        if (gates.TryEnter(gate))
        {
            return new(gate, share);
        }

        share?.Leave((int)gate.Class);
        ApiLog.Shed(log, method, gate.InFlight);
        refusal = ApiError.Create(
            ErrorReasons.TooManyCalls,
            "Too many calls are under way; this one was not begun. Repeat it after the pause.",
            ("call_class", gate.CallClass),
            ("limit", gate.Limit.ToString(CultureInfo.InvariantCulture)));
        return null;
    }
}
