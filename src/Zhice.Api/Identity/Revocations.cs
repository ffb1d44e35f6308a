using System.Collections.Frozen;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Identity;

namespace Zhice.Api.Identity;

/// <summary>
/// The revocations as this host knows them: it asks every second. While nobody answers, those that were known stay; a host that has just
/// started knows none until its first answer.
/// </summary>
internal sealed class Revocations(IGrainFactory grains, TimeProvider clock, ILogger<Revocations> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private FrozenDictionary<(RevocationKind Kind, string Id), long> _untilMs = FrozenDictionary<(RevocationKind, string), long>.Empty;

    /// <summary>Whether a caller, or the caller's token, is revoked.</summary>
    /// <remarks>Hot path: nothing while none is.</remarks>
    public bool Has(Caller caller) => Volatile.Read(ref _untilMs) is { Count: > 0 } known
        && (IsInForce(known, RevocationKind.Caller, caller.Name)
            || (caller.TokenId.Length > 0 && IsInForce(known, RevocationKind.Token, caller.TokenId)));

    /// <summary>Takes over what is revoked.</summary>
    public void Take(IEnumerable<Revocation> all) => Volatile.Write(
        ref _untilMs, all.ToFrozenDictionary(static each => (each.Kind, each.Id), static each => each.UntilMs));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isAway = false;
        try
        {
            while (true)
            {
                try
                {
                    Take(await grains.GetGrain<IRevocationsGrain>(IRevocationsGrain.Key).All());
                    isAway = false;
                }
                catch (Exception fault)
                {
                    if (!isAway)
                    {
                        ApiLog.RevocationsNotRead(log, fault.GetType().Name);
                    }

                    isAway = true;
                }

                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private bool IsInForce(FrozenDictionary<(RevocationKind Kind, string Id), long> known, RevocationKind kind, string id) =>
        known.TryGetValue((kind, id), out var untilMs) && (untilMs == 0 || clock.GetUtcNow().ToUnixTimeMilliseconds() < untilMs);
}
