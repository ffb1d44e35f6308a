using System.Collections.Concurrent;
using Google.Rpc;
using Grpc.Core;

namespace Zhice.SystemTests.Faults.Load;

/// <summary>Which errors callers were given, and how often.</summary>
internal sealed class FaultTally
{
    private static readonly TimeSpan WithoutAdvice = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>How often each error was given: its code and reason, as "Unavailable STORE_UNAVAILABLE".</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Those that break the rule of the contract: no error that a repeat helps, or one that does not say when.</summary>
    public ConcurrentQueue<string> Broken { get; } = new();

    /// <summary>Notes an error.</summary>
    /// <returns>How long the caller is asked to wait before the same call.</returns>
    public TimeSpan Note(RpcException fault)
    {
        var status = fault.GetRpcStatus();
        var reason = status?.GetDetail<ErrorInfo>()?.Reason ?? "without details";
        _counts.AddOrUpdate($"{fault.StatusCode} {reason}", 1, (_, count) => count + 1);
        var pause = status?.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan();

        // Without a status of ours it was the network that said so: nobody was there to advise.
        var mayRepeat = fault.StatusCode is StatusCode.Unavailable or StatusCode.ResourceExhausted
            ? status is null || pause is not null
            : fault.StatusCode is StatusCode.DeadlineExceeded
                || (fault.StatusCode is StatusCode.Internal or StatusCode.Cancelled && status is null);
        if (!mayRepeat)
        {
            Broken.Enqueue($"{fault.Status} {reason}");
        }

        return pause ?? WithoutAdvice;
    }

    public override string ToString() =>
        _counts.IsEmpty
            ? "no errors"
            : string.Join(", ", _counts.OrderByDescending(count => count.Value).Select(count => $"{count.Value} × {count.Key}"));
}
