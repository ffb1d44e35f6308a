using System.Collections.Frozen;
using Zhice.Api.Calls;
using Zhice.Api.Events;

namespace Zhice.Api.Pipeline;

/// <summary>
/// The gate of every method: in front of the work, so that overload is refused before it costs. Recommendations are
/// shed last: when their own gate is nearly full, no other call comes in.
/// </summary>
internal sealed class CallGates
{
    private const int ComingMs = 200;

    private readonly CallGate _recommend;
    private readonly FrozenDictionary<string, GatedMethod> _byMethod;
    private long _recommendedAt = -ComingMs;

    public CallGates(ApiOptions options, SilentStreams streams)
    {
        _recommend = new("recommend", options.MaxConcurrentRecommends) { Class = CallClass.Recommend };
        var gates = new Dictionary<CallClass, CallGate>
        {
            [CallClass.Recommend] = _recommend,
            [CallClass.Write] = new("write", options.MaxConcurrentWrites) { Class = CallClass.Write },
            [CallClass.Read] = new("read", options.MaxConcurrentReads) { Class = CallClass.Read },

            // Each kind of stream has places of its own: those that are silent for long keep none from the others.
            [CallClass.Stream] = new("stream", options.MaxConcurrentStreams, streams.TryEndOne) { Class = CallClass.Stream },
            [CallClass.Subscribe] = new("subscribe", options.MaxConcurrentStreams) { Class = CallClass.Subscribe },
            [CallClass.Watch] = new("watch", options.MaxConcurrentStreams) { Class = CallClass.Watch },
            [CallClass.Bulk] = new("bulk", options.MaxConcurrentBulkCalls) { Class = CallClass.Bulk },
        };
        _byMethod = ApiMethods.All.ToFrozenDictionary(
            static method => method.Path, method => new GatedMethod(gates[method.Call.Class], method.AuditRule), StringComparer.Ordinal);
    }

    /// <summary>The gate of a method, and what is audited of it; null for health and reflection, which are always let in.</summary>
    public GatedMethod? Find(string method) => _byMethod.GetValueOrDefault(method);

    /// <summary>Whether a recommendation came a moment ago: then other work gives way.</summary>
    public bool AreRecommendsComing => Environment.TickCount64 - Volatile.Read(ref _recommendedAt) < ComingMs;

    /// <summary>Lets a call in, or says that it must be shed.</summary>
    public bool TryEnter(CallGate gate)
    {
        if (gate == _recommend)
        {
            NoteRecommend();
        }
        else if (_recommend.IsNearlyFull)
        {
            return false;
        }

        return gate.TryEnter();
    }

    // The clock moves some hundred times a second: all calls between leave the shared field alone.
    private void NoteRecommend()
    {
        var now = Environment.TickCount64;
        if (Volatile.Read(ref _recommendedAt) != now)
        {
            Volatile.Write(ref _recommendedAt, now);
        }
    }
}

/// <summary>What the pipeline does with the calls of a method.</summary>
/// <param name="Gate">The gate that they pass.</param>
/// <param name="Audit">What is recorded of them; null: nothing.</param>
internal sealed record GatedMethod(CallGate Gate, AuditRule? Audit);
