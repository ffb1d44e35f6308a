using Microsoft.Extensions.Logging;
using Zhice.Contracts.Identity;

namespace Zhice.Api.Identity;

/// <summary>
/// Locks out callers who were refused too often within a minute, as people do who try what they may: the lock is a revocation that ends by
/// itself, so it holds on every host, ends the caller's streams, and is listed and lifted like any other.
/// </summary>
/// <remarks>
/// Only callers whose identity was proved are counted: a name in a forged token locks nobody out. Callers with the roles app and channel are
/// not locked out: a program that serves all customers would be out because of one wrong call of its own.
/// </remarks>
internal sealed class LockOuts(
    Func<string, IRevocationsGrain> revocations, IdentityOptions options, TimeProvider clock, ILogger<LockOuts> log)
{
    /// <summary>Who locks callers out, in lists and in the audit.</summary>
    public const string Actor = "(lock-out)";

    private const int MaxCounted = 10_000;
    private const Roles Exempt = Roles.App | Roles.Channel;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _refused = new(StringComparer.Ordinal);
    private long _begun = clock.GetTimestamp();

    /// <summary>Counts a refusal of a caller, and locks the caller out when there are too many.</summary>
    /// <returns>Whether it was the one too many.</returns>
    public bool Count(Caller caller)
    {
        if (options.MaxRefusals == 0 || caller.IsDeveloper || caller.HasAny(Exempt) || !IsOneTooMany(caller.Name))
        {
            return false;
        }

        _ = LockOutAsync(caller.Name);
        return true;
    }

    private bool IsOneTooMany(string name)
    {
        lock (_gate)
        {
            if (clock.GetElapsedTime(_begun) >= Window)
            {
                _refused.Clear();
                _begun = clock.GetTimestamp();
            }

            var count = _refused.GetValueOrDefault(name) + 1;
            if (count > 1 || _refused.Count < MaxCounted)
            {
                _refused[name] = count;
            }

            return count == options.MaxRefusals + 1;
        }
    }

    private async Task LockOutAsync(string name)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            var isNew = await revocations(IRevocationsGrain.Key).LockOut(new(
                RevocationKind.Caller, name, Actor, $"refused more than {options.MaxRefusals} times within a minute", nowMs,
                nowMs + (long)options.LockOutTime.TotalMilliseconds));
            if (isNew)
            {
                ApiLog.LockedOut(log, name, options.LockOutTime);
            }
        }
        catch (Exception fault)
        {
            // Each call of the caller is refused in any case.
            ApiLog.NotLockedOut(log, fault.GetType().Name);
        }
    }
}
