using Microsoft.Extensions.Hosting;
using Zhice.Contracts.Broadcasts;

namespace Zhice.Grains.Broadcasts;

/// <summary>
/// The silos that wait at a board for its next version. By the question for the next each says which version it heeds: so the board
/// knows when all of them do. For one activation, on its own scheduler.
/// </summary>
internal sealed class AppliedSilos(ISiloStatusOracle silos, IHostApplicationLifetime lifetime, TimeProvider clock, TimeSpan? maxWait = null)
{
    // Below the time after which a caller gives a call up.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan PauseWhenStopping = TimeSpan.FromMilliseconds(500);

    // A silo that the others gave up learns of it within a minute, and goes on until then.
    private static readonly TimeSpan MaxUnaware = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, long> _appliedVersions = [];
    private readonly Dictionary<string, long> _seen = [];
    private readonly long _begun = clock.GetTimestamp();
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _heard = NewSignal();

    /// <summary>Tells those who wait that there is another version.</summary>
    public void Notify() => Interlocked.Exchange(ref _changed, NewSignal()).SetResult();

    /// <summary>Notes which version a silo heeds, and waits for another for some seconds while that is the board's.</summary>
    /// <param name="silo">The silo; empty for a client, which is not waited for.</param>
    /// <param name="heeded">The version that it heeds.</param>
    /// <param name="version">The board's.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task WaitForOtherAsync(string silo, long heeded, long version, CancellationToken cancellation)
    {
        if (silo.Length > 0)
        {
            _appliedVersions[silo] = heeded;
            Interlocked.Exchange(ref _heard, NewSignal()).SetResult();
        }

        if (version == heeded)
        {
            // A silo that stops waits for the calls under way; those that come then must not turn in circles.
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(
                cancellation, lifetime.ApplicationStopping.IsCancellationRequested ? default : lifetime.ApplicationStopping);
            var wait = lifetime.ApplicationStopping.IsCancellationRequested ? PauseWhenStopping : maxWait ?? MaxWait;
            await Task.WhenAny(_changed.Task, Task.Delay(wait, clock, ended.Token));
            await ended.CancelAsync();
        }
    }

    /// <summary>How many silos heed a version or a later one: once all do, or after a time.</summary>
    /// <param name="version">The version.</param>
    /// <param name="maxWait">After what time it answers at the latest.</param>
    /// <param name="lost">How long a silo is waited for that was lost recently: it may not know, and run still.</param>
    public async ValueTask<AppliedCount> UntilAppliedAsync(long version, TimeSpan maxWait, TimeSpan lost = default)
    {
        var begun = clock.GetTimestamp();
        while (true)
        {
            var heard = _heard.Task;
            string[] all = [.. silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(static silo => silo.ToParsableString())];
            foreach (var silo in all)
            {
                _seen[silo] = clock.GetTimestamp();
            }

            var applied = all.Count(silo => _appliedVersions.GetValueOrDefault(silo) >= version);
            var left = maxWait - clock.GetElapsedTime(begun);
            var isAll = applied == all.Length && (clock.GetElapsedTime(begun) >= lost || !MayLackOne(all, version));
            if (isAll || left <= TimeSpan.Zero)
            {
                return new(applied, all.Length);
            }

            await heard.WaitAsync(left, clock).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    // In its first minutes the board does not know whether a silo was lost before.
    private bool MayLackOne(string[] all, long version) => clock.GetElapsedTime(_begun) < MaxUnaware
        ? all.Length > 1 || silos.GetApproximateSiloStatuses().Count > 1
        : _seen.Any(seen =>
            clock.GetElapsedTime(seen.Value) < MaxUnaware && !all.Contains(seen.Key)
                && _appliedVersions.GetValueOrDefault(seen.Key) < version);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
