using Microsoft.Extensions.Logging;
using Zhice.Contracts.Erasures;
using Zhice.Storage.Backends;
using Zhice.Storage.Erasures;

namespace Zhice.Grains.Erasures;

/// <inheritdoc cref="IErasureGrain"/>
[GrainType("erasure")]
internal sealed class ErasureGrain(ErasureRun run, IStores stores, TimeProvider clock, ILogger<ErasureGrain> log) : Grain, IErasureGrain
{
    // Below the time after which a caller gives a call up; a ledger of hundreds of millions takes longer.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, Task> _running = new(StringComparer.Ordinal);
    private Task _last = Task.CompletedTask;

    public async ValueTask<ErasureRecord> Erase(string requestId, string actor, string reason)
    {
        var customerId = this.GetPrimaryKeyString();
        var request = await BeginAsync();
        if (request.EndedAtMs is null)
        {
            // One that failed is begun again; two of different ids follow each other.
            if (!_running.TryGetValue(requestId, out var running) || running.IsFaulted)
            {
                _running[requestId] = _last = running = run.BeginAfter(_last, customerId, request);
                DelayDeactivation(TimeSpan.FromHours(1));
            }

            await running.WaitAsync(MaxWait, clock).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (running.IsFaulted)
            {
                GrainsLog.ErasureBroken(log, Erasures.ToHex(request.IdHash), running.Exception!.InnerException!);
                await running;
            }

            request = await BeginAsync();
        }

        if (request.EndedAtMs is not null && _running.Remove(requestId) && _running.Count == 0)
        {
            // The key of this activation is the customer's id.
            DeactivateOnIdle();
        }

        return Erasures.ToRecord(request);

        Task<ErasureRequest> BeginAsync() =>
            stores.Erasures.BeginAsync(customerId, new(requestId, actor, reason, clock.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    public async ValueTask<bool> Lift() => await stores.Erasures.LiftAsync(this.GetPrimaryKeyString());
}

/// <summary>Requests as the contract of grains has them.</summary>
internal static class Erasures
{
    public static string ToHex(System.Collections.Immutable.ImmutableArray<byte> hash) => Convert.ToHexStringLower(hash.AsSpan());

    public static ErasureRecord ToRecord(ErasureRequest request)
    {
        var certificate = ErasureCertificate.FromBytes(request.Certificate.AsSpan());
        return new(request.Number, ToHex(request.IdHash), request.RequestId, request.Actor, request.Reason, request.BegunAtMs)
        {
            EndedAtMs = request.EndedAtMs, Removed = certificate.ToCounts(), Kept = certificate.ToKept(),
        };
    }
}
